import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEnvironment, TierEnv } from '@switchyard/config';
import type { Reply } from '@switchyard/contracts';
import { dayOf, holdsKey, MESH_CLIENT, MeshModule, newRequestId, REPLY_READER, spendKey, startTier, type MeshClient, type ReplyReader, type RunningTier } from '@switchyard/queue';
import { startRedis, waitFor, writeSealKeyFile } from '@switchyard/testing';
import { DirectDispatcherModule } from './__fixtures__/direct-dispatcher.js';
import { expertSite, expertSiteFiles } from './__fixtures__/expert-site.js';
import { startScriptedProvider, type ScriptedProvider } from './__fixtures__/scripted-provider.js';

const PROGRAM = fileURLToPath(new URL('../bundle/main.js', import.meta.url));
const USAGE = { prompt_tokens: 100, completion_tokens: 10 };
const COST = (USAGE.prompt_tokens * 10 + USAGE.completion_tokens * 20) / 1e6;
const DEADLINE_MS = 10_000;
/** A hold outlives the deadline by half a minute, and is looked for every half a minute. */
const HOLD_LIFE_MS = DEADLINE_MS + 30_000 + 35_000;

let provider: ScriptedProvider;
let front: RunningTier;
let redis: Redis;
let environment: NodeJS.ProcessEnv;
const children = new Set<ChildProcess>();
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  const [server, keys, folder] = [await startRedis(), await writeSealKeyFile(), await mkdtemp(join(tmpdir(), 'killed-expert-'))];
  provider = await startScriptedProvider();
  redis = new Redis(server.url);
  stops.push(() => server.stop(), () => keys.remove(), () => rm(folder, { recursive: true, force: true }), () => provider.close(), () => { redis.disconnect(); });
  for (const [path, text] of Object.entries(expertSiteFiles(provider.url))) {
    await mkdir(dirname(join(folder, 'site', path)), { recursive: true });
    await writeFile(join(folder, 'site', path), text);
  }
  environment = { PATH: process.env['PATH'], REDIS_URL: server.url, SITE_DIR: join(folder, 'site'), DATA_DIR: join(folder, 'data'), SEAL_KEY_FILE: keys.path, INSTANCE: 'expert-1', LOG_LEVEL: 'fatal', DEEPSEEK_API_KEY: 'sk' };
  const site = expertSite(provider.url);
  const config = parseEnvironment(TierEnv, { ...environment, INSTANCE: 'front' });
  front = await startTier({ tier: 'dispatcher', queues: ['dispatch'], module: DirectDispatcherModule.register(MeshModule.register(config, site), site), config, siteVersion: site.version });
  stops.push(() => front.close());
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const stop of stops.toReversed()) await stop();
});

/** An expert process; `failpoints` are the places where it kills itself. */
function startExpert(failpoints?: string): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM], { env: { ...environment, ...(failpoints === undefined ? {} : { FAILPOINTS: failpoints }) }, stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** A message, what comes of it, and the first piece of its answer. */
async function send(): Promise<{ readonly end: Promise<Reply>; readonly begun: Promise<void> }> {
  const client = front.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const replies = front.app.get<ReplyReader>(REPLY_READER, { strict: false });
  const conversationId = randomUUID();
  const requestId = newRequestId('demo', conversationId);
  const [end, begun] = [Promise.withResolvers<Reply>(), Promise.withResolvers<void>()];
  replies.subscribe(requestId, (frame) => {
    if (frame.kind === 'reply') end.resolve(frame.reply);
    else begun.resolve();
  });
  await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: DEADLINE_MS, body: { source: 'requests', language: 'en' }, private: { text: 'A poem, please.', turns: [] } });
  return { end: end.promise, begun: begun.promise };
}

const holds = (): Promise<number> => redis.hlen(holdsKey('demo', dayOf(Date.now())));
const spent = async (): Promise<number> => Number((await redis.get(spendKey('demo', dayOf(Date.now())))) ?? 0);

it('of an expert that is killed at any step no hold is left, and what is spent is what the provider billed', { timeout: 240_000 }, async () => {
  let billed = 0;
  const answer = { pieces: ['A long poem.'], usage: USAGE };
  const healthy = (): typeof answer => {
    billed += 1;
    return answer;
  };
  provider.script = healthy;

  // Where it kills itself: before the hold, and after the money was settled.
  for (const place of ['job.begin', 'model.before', 'reply.before', 'reply.after', 'job.end']) {
    const dying = startExpert(`${place}=1@1`);
    const { end } = await send();
    await once(dying, 'exit');
    const next = startExpert();
    expect((await end).receipt.outcome, place).toBe('answered');
    next.kill('SIGKILL');
    await once(next, 'exit');
  }

  // In the call: when the provider has been asked, and when the customer reads the beginning.
  for (const pieces of [[], ['A long. ', 'And longer. ', 'And']]) {
    const dying = startExpert();
    const asked = Promise.withResolvers<void>();
    provider.script = () => {
      asked.resolve();
      return { pieces, hang: true };
    };
    const { end, begun } = await send();
    await asked.promise;
    if (pieces.length > 0) await begun;
    expect(await holds()).toBeGreaterThan(0);
    provider.script = healthy;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const next = startExpert();
    expect((await end).receipt.outcome).toBe('answered');
    next.kill('SIGKILL');
    await once(next, 'exit');
  }

  // One whose request is over before anybody looks at it again: its hold is left, until its time is over.
  const last = startExpert();
  const asked = Promise.withResolvers<void>();
  provider.script = () => {
    asked.resolve();
    return { pieces: [], hang: true };
  };
  const { end } = await send();
  await asked.promise;
  last.kill('SIGKILL');
  await once(last, 'exit');
  await wait(DEADLINE_MS);
  provider.script = healthy;
  startExpert();
  expect((await end).receipt.outcome).toBe('expired');
  expect(await holds()).toBe(1);
  await waitFor(async () => (await holds()) === 0, HOLD_LIFE_MS, 250);
  expect(await spent()).toBeCloseTo(billed * COST, 9);
});
