import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '@switchyard/database';
import { dayOf, spendKey } from '@switchyard/queue';
import { createLogger } from '@switchyard/telemetry';
import { Chance, createLeakFinder, privateConversations, waitFor } from '@switchyard/testing';
import { expertSiteFiles } from '../../apps/expert/src/__fixtures__/expert-site.js';
import { seeded, splitByChance, startScriptedProvider, type ScriptedProvider } from '../../apps/expert/src/__fixtures__/scripted-provider.js';
import { SAMPLE_KEY } from '../../apps/cli/src/up/start-mesh.js';
import { dumpRedis } from './dump-redis.js';
import { openMesh, type OpenMesh } from './open-mesh.js';

const CONVERSATIONS = 500;
const AT_ONCE = 12;
/** Messages that are sent while no budget can be read, so that their jobs end as dead letters. */
const DEAD = 6;
const SEED = 'through the whole mesh';

/** Names the message in what the provider receives; the rest of it is private. */
const numbered = (text: string, conversation: number, turn: number): string => `#c${conversation}t${turn}# ${text}`;
const NUMBER = /^#c\d+t\d+#/;

interface Call {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

async function writeSite(directory: string, providerUrl: string): Promise<void> {
  const hash = createHash('sha256').update(SAMPLE_KEY).digest('hex');
  for (const [path, text] of Object.entries(expertSiteFiles(providerUrl))) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace('a'.repeat(64), hash).replace('perDay: 5', 'perDay: 100000'));
  }
}

/** All files below a folder, as text. */
async function readAll(directory: string): Promise<Map<string, string>> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file.slice(directory.length + 1), await readFile(file, 'utf8')] as const)));
}

const conversations = privateConversations(new Chance(SEED), CONVERSATIONS);
const dead = privateConversations(new Chance(`${SEED}: dead letters`), DEAD);
const leaksIn = createLeakFinder([...conversations, ...dead].flatMap(({ values }) => values));

describe(`${CONVERSATIONS * 4} messages with private values through the mesh to a cloud model`, () => {
  let provider: ScriptedProvider;
  let open: OpenMesh;
  let directory: string;
  let dataDirectory: string;
  const dumps: { text: string; keys: string[] }[] = [];
  const replies: { asked: string; deltas: string; text: string; outcome: string; leftSite: boolean | undefined; placeholders: number }[] = [];
  const deadOutcomes: string[] = [];
  let deadLetters = 0;
  let metrics = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'switchyard-private-'));
    dataDirectory = join(directory, 'data');
    provider = await startScriptedProvider();
    // What it was told goes back to the customer, cut anywhere.
    const chance = seeded(2_026);
    provider.script = (body) => ({ pieces: splitByChance((JSON.parse(body) as Call).messages.at(-1)?.content ?? '', chance, 9), usage: { prompt_tokens: 100, completion_tokens: 10 } });
    const siteDirectory = join(directory, 'site');
    await writeSite(siteDirectory, provider.url);
    open = await openMesh({ siteDirectory, dataDirectory, environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], OLLAMA_URL: 'http://127.0.0.1:9', DEEPSEEK_API_KEY: 'sk-stand-in', LOG_LEVEL: 'debug' } });
    const redis = new Redis(open.mesh.redisUrl);

    const ask = async (text: string, conversationId: string): Promise<void> => {
      let deltas = '';
      const answer = await open.client.ask({ text, conversationId, deadlineMs: 60_000, onDelta: (piece) => void (deltas += piece) });
      replies.push({ asked: text, deltas, text: answer.text, outcome: answer.outcome, leftSite: answer.receipt?.leftSite, placeholders: answer.text.match(/[<＜]\s?[A-Za-z_]+_\d+\s?[>＞]/g)?.length ?? 0 });
    };
    const waiting = conversations.entries();
    const work = async (): Promise<void> => {
      for (const [index, { messages }] of waiting) for (const [turn, text] of messages.entries()) await ask(numbered(text, index, turn), `private-${index}`);
    };
    const working = { done: false };
    const dumping = (async () => {
      while (!working.done) {
        dumps.push(await dumpRedis(redis));
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    })();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    working.done = true;
    await dumping;

    // A spend of another type: whoever asks for the budget fails, as often as it is tried.
    const spend = spendKey('demo', dayOf(Date.now()));
    await redis.rename(spend, `${spend}.kept`);
    await redis.rpush(spend, 'not a number');
    await Promise.all(dead.map(async ({ messages: [text = ''] }, index) => void deadOutcomes.push((await open.client.ask({ text, conversationId: `dead-${index}`, deadlineMs: 30_000 })).outcome)));
    await waitFor(async () => (deadLetters = await redis.zcard('switchyard:{dispatch}:failed')) >= DEAD);
    dumps.push(await dumpRedis(redis));
    redis.disconnect();
    metrics = (await Promise.all(open.mesh.processes().map(async ({ url }) => (await fetch(new URL('/metrics', url))).text().catch(() => '')))).join('\n');
    // Stopped, not removed: what it wrote is read below.
    await open.mesh.stop();
  }, 600_000);
  afterAll(async () => {
    await open?.mesh.stop();
    await provider?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('are all answered by it, with every value restored, streamed and whole', () => {
    expect(replies).toHaveLength(CONVERSATIONS * 4);
    expect(replies.filter(({ outcome, leftSite }) => outcome !== 'answered' || leftSite !== true)).toEqual([]);
    expect(replies.filter(({ asked, text }) => text !== asked)).toEqual([]);
    expect(replies.filter(({ asked, deltas }) => deltas !== asked)).toEqual([]);
    expect(replies.filter(({ placeholders }) => placeholders > 0)).toEqual([]);
  });

  it('show it none of the values', () => {
    // It is looked for as it should be: what customers wrote holds every value.
    expect(leaksIn(replies.map(({ asked }) => asked).join('\n')).length).toBeGreaterThanOrEqual(new Set(conversations.flatMap(({ values }) => values.map(({ value }) => value))).size);
    const received = provider.received.join('\n');
    expect(provider.received.length).toBeGreaterThanOrEqual(CONVERSATIONS * 4);
    expect(received.match(/<[A-Z_]+_\d+>/g)?.length ?? 0).toBeGreaterThan(CONVERSATIONS * 4);
    expect(leaksIn(received)).toEqual([]);
  });

  it('have the same placeholders in every call of their conversation', () => {
    const sent = new Map<string, string>();
    for (const body of provider.received) {
      for (const { role, content } of (JSON.parse(body) as Call).messages) {
        const number = role === 'user' ? NUMBER.exec(content)?.[0] : undefined;
        if (number === undefined) continue;
        expect(sent.get(number) ?? content).toBe(content);
        sent.set(number, content);
      }
    }
    expect(sent.size).toBe(CONVERSATIONS * 4);
  });

  it('leave none of the values in Redis, in jobs, replies, conversations, placeholders or dead letters', () => {
    expect(deadOutcomes).toEqual(dead.map(() => 'failed'));
    expect(deadLetters).toBeGreaterThanOrEqual(DEAD);
    expect(dumps.length).toBeGreaterThan(5);
    const keys = new Set(dumps.flatMap((dump) => dump.keys));
    expect([...keys].filter((key) => key.includes(':pseudonyms:'))).not.toHaveLength(0);
    for (const { text } of dumps) expect(leaksIn(text)).toEqual([]);
  }, 120_000);

  it('leave none of them in a file: not in Redis’ own log of writes, nor in the record, nor in the logs', async () => {
    const files = await readAll(dataDirectory);
    const names = [...files.keys()];
    for (const expected of [/^redis\/appendonlydir\/.*incr.*aof$/, /^audit\//, /^logs\/expert-1\.log$/]) expect(names.filter((name) => expected.test(name)), String(expected)).not.toEqual([]);
    for (const [name, text] of files) expect([name, leaksIn(text)]).toEqual([name, []]);
    expect(leaksIn(metrics)).toEqual([]);
    expect(metrics).toContain('switchyard_outcomes_total');
  }, 120_000);

  it('leave none of them in a row of the record, which tells of each', async () => {
    const database = await openDatabase({ directory: join(dataDirectory, 'audit'), logger: createLogger('test', 'silent') });
    const tables = await database.query<{ name: string }>("select table_name as name from information_schema.tables where table_schema = 'public'", []);
    let text = '';
    for (const { name } of tables) text += JSON.stringify(await database.query(`select * from "${name}"`, []));
    await database.close();
    // The event is JSON in a column.
    expect(text.match(/"step\\":\\"redacted/g)?.length ?? 0).toBeGreaterThanOrEqual(CONVERSATIONS * 4);
    expect(leaksIn(text)).toEqual([]);
  }, 60_000);
});
