import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventLoop, parseEnvironment, readWordFiles } from '@switchyard/config';
import { createWordScreen, type WordScreen } from '@switchyard/guardrail';
import { labelledExamples, trainIntentModel } from '@switchyard/intent';
import { AUDIT_STREAM, auditEventsOf, MESH_CLIENT, newRequestId, startTier, type MeshClient, type RunningTier } from '@switchyard/queue';
import { wordListsInSteps, type WordList } from '@switchyard/site';
import { startRedis, waitFor, writeSealKeyFile } from '@switchyard/testing';
import { smallSite } from './__fixtures__/small-site.js';
import { DispatcherEnv } from './dispatcher.config.js';
import { DispatcherModule } from './dispatcher.module.js';

const LOOKS_EVERY_MS = 100;
const stops: (() => Promise<unknown>)[] = [];
let siteDirectory: string;
let redis: Redis;
let tier: RunningTier;
let words: WordScreen;

/** Puts in place, at once, two lists whose words and categories tell which state they are of, the second one long. */
async function writeLists(state: string, first: number): Promise<void> {
  const long = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode(first, 0x5000 + (at % 4_000), 0x6100 + Math.floor(at / 4_000)));
  const next = join(siteDirectory, `.${state}`);
  await mkdir(next);
  await writeFile(join(next, 'a.txt'), `# category: ${state}_a\n# action: flag\n${String.fromCharCode(first)}甲甲\n`);
  await writeFile(join(next, 'z.txt'), `# category: ${state}_z\n# action: flag\n${[...long, `${String.fromCharCode(first)}乙乙`].join('\n')}\n`);
  const folder = join(siteDirectory, 'words');
  await rename(folder, join(siteDirectory, `.before-${state}`)).catch(() => undefined);
  await rename(next, folder);
}
const [OLD, NEW] = [0x4e10, 0x4e20];
const MESSAGE = [OLD, NEW].flatMap((first) => ['甲甲', '乙乙'].map((rest) => String.fromCharCode(first) + rest)).join('，');

function listsOf(files: ReadonlyMap<string, Uint8Array>): WordList[] {
  const steps = wordListsInSteps(files);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

beforeAll(async () => {
  const [server, keys] = [await startRedis(), await writeSealKeyFile()];
  siteDirectory = await mkdtemp(join(tmpdir(), 'switchyard-words-'));
  redis = new Redis(server.url);
  stops.push(() => server.stop(), () => keys.remove(), () => rm(siteDirectory, { recursive: true }), () => redis.quit());
  await writeLists('old', OLD);
  const site = { ...smallSite, words: listsOf(await readWordFiles(siteDirectory)) };
  words = createWordScreen(site.words, eventLoop);
  const config = parseEnvironment(DispatcherEnv, { REDIS_URL: server.url, SITE_DIR: siteDirectory, SEAL_KEY_FILE: keys.path, INSTANCE: 'dispatcher-test', LOG_LEVEL: 'silent' });
  const module = DispatcherModule.register(config, site, trainIntentModel(labelledExamples(site)), words);
  tier = await startTier({ tier: 'dispatcher', queues: ['dispatch'], module, config, siteVersion: site.version, words: { words, siteDirectory, everyMs: LOOKS_EVERY_MS } });
}, 60_000);
afterAll(async () => {
  await tier?.close();
  for (const stop of stops.toReversed()) await stop();
});

/** The value of a metric with this label; 0 where there is none. */
async function metric(name: string, label: string): Promise<number> {
  const metrics = await (await fetch(`${tier.url}/metrics`)).text();
  return Number(metrics.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(label))?.split(' ').at(-1) ?? 0);
}

it('screens every message under load with the old lists or the new ones, and records which', async () => {
  const client = tier.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const before = words.current().version;
  let sent = 0;
  const ask = async (): Promise<void> => {
    const conversationId = `c-${sent++}`;
    await client.submit({ requestId: newRequestId('demo', conversationId), tenant: 'demo', conversationId, lane: 'normal', deadlineMs: 30_000, body: { source: 'requests' }, private: { text: MESSAGE, turns: [] } });
  };
  await ask();
  const changed = writeLists('new', NEW);
  await waitFor(async () => {
    await ask();
    return words.current().version === before ? undefined : true;
  }, 30_000);
  await changed;
  for (let more = 0; more < 20; more++) await ask();

  const screened = await waitFor(async () => {
    const events = (await redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, fields]) => auditEventsOf(fields)).filter(({ step }) => step === 'screened');
    return events.length >= sent ? events : undefined;
  }, 30_000);
  const seen = new Set(screened.map(({ facts }) => `${String(facts['words'])}: ${(facts['categories'] as string[]).join()}`));
  expect(seen).toEqual(new Set([`${before}: old_a,old_z`, `${words.current().version}: new_a,new_z`]));
  expect(await metric('switchyard_words', `version="${words.current().version}"`)).toBe(words.current().size);
  expect(await metric('switchyard_words', `version="${before}"`)).toBe(0);
}, 90_000);

it.each([
  ['a line that is wrong', () => writeFile(join(siteDirectory, 'words/a.txt'), '# category: a\n# action: burn\n坏词\n')],
  ['no list at all, as where the volume is not mounted', () => rm(join(siteDirectory, 'words'), { recursive: true })],
])('keeps the lists in force and says so, when it finds %s', async (_title, spoil) => {
  const { version } = words.current();
  const refused = (): Promise<number> => metric('switchyard_word_changes_total', 'result="refused"');
  const before = await refused();
  await spoil();
  await waitFor(async () => ((await refused()) > before ? true : undefined), 20_000);
  expect(words.current().version).toBe(version);
}, 30_000);
