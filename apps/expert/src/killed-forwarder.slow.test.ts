import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEnvironment, TierEnv } from '@switchyard/config';
import type { Reply } from '@switchyard/contracts';
import { createRedis, dayOf, DeadlineSweeper, holdsKey, MESH, MESH_CLIENT, MeshModule, newRequestId, REPLY_READER, spendKey, startTier, type Mesh, type MeshClient, type ReplyReader } from '@switchyard/queue';
import { startRedis, startRedisCluster, waitFor, writeSealKeyFile } from '@switchyard/testing';
import { expertSite, expertSiteFiles } from './__fixtures__/expert-site.js';
import { startScriptedProvider } from './__fixtures__/scripted-provider.js';

const PROGRAM = { dispatcher: fileURLToPath(new URL('../../dispatcher/bundle/main.js', import.meta.url)), expert: fileURLToPath(new URL('../bundle/main.js', import.meta.url)) };
const USAGE = { prompt_tokens: 100, completion_tokens: 10 };
const COST = (USAGE.prompt_tokens * 10 + USAGE.completion_tokens * 20) / 1e6;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Dispatchers and experts as processes of their own; a client; what is held and spent. */
async function rig(servers: { readonly url: string; stop(): Promise<unknown> }) {
  const [keys, folder, provider] = [await writeSealKeyFile(), await mkdtemp(join(tmpdir(), 'killed-forwarder-')), await startScriptedProvider()];
  const redis = createRedis(servers.url, 'patient', 'looking') as Redis;
  stops.push(() => servers.stop(), () => keys.remove(), () => rm(folder, { recursive: true, force: true }), () => provider.close(), () => { redis.disconnect(); });
  provider.script = { pieces: ['A long poem.'], usage: USAGE };
  for (const [path, text] of Object.entries(expertSiteFiles(provider.url))) {
    await mkdir(dirname(join(folder, 'site', path)), { recursive: true });
    await writeFile(join(folder, 'site', path), text);
  }
  const environment = { PATH: process.env['PATH'], REDIS_URL: servers.url, SITE_DIR: join(folder, 'site'), DATA_DIR: join(folder, 'data'), SEAL_KEY_FILE: keys.path, LOG_LEVEL: 'fatal', PORT: '0' };
  const site = expertSite(provider.url);
  const config = parseEnvironment(TierEnv, { ...environment, INSTANCE: 'front' });
  const front = await startTier({ tier: 'gateway', queues: [], module: MeshModule.register(config, site), config, siteVersion: site.version });
  stops.push(() => front.close());
  const client = front.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const replies = front.app.get<ReplyReader>(REPLY_READER, { strict: false });
  const mesh = front.app.get<Mesh>(MESH, { strict: false });
  await replies.start();

  const start = (tier: keyof typeof PROGRAM, failpoints?: string): ChildProcess => {
    const env = { ...environment, INSTANCE: `${tier}-1`, ...(tier === 'expert' ? { DEEPSEEK_API_KEY: 'sk' } : {}), ...(failpoints === undefined ? {} : { FAILPOINTS: failpoints }) };
    const child = spawn(process.execPath, [PROGRAM[tier]], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    stops.push(() => child.kill('SIGKILL'));
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const send = async (deadlineMs = 30_000): Promise<Promise<Reply>[]> => {
    const conversationId = randomUUID();
    const requestId = newRequestId('demo', conversationId);
    const { promise, resolve } = Promise.withResolvers<Reply>();
    replies.subscribe(requestId, (frame) => frame.kind === 'reply' && resolve(frame.reply));
    await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs, body: { source: 'requests', language: 'en' }, private: { text: 'A poem, please.', turns: [] } });
    // In a list: a promise alone would be waited for.
    return [promise];
  };
  return {
    start, kill, send, provider,
    sweep: () => new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings).sweep(),
    holds: (): Promise<number> => redis.hlen(holdsKey('demo', dayOf(Date.now()))),
    spent: async (): Promise<number> => Number((await redis.get(spendKey('demo', dayOf(Date.now())))) ?? 0),
  };
}

describe.each([
  ['one Redis', () => startRedis(), [['job.begin', 0], ['hop.before', 0], ['hop.after', 1], ['job.end', 1]]],
  ['a cluster of three masters', () => startRedisCluster({ masters: 3 }), [['hop.before', 0], ['hop.between', 1], ['hop.after', 1], ['job.end', 1]]],
] as const)('a tier that is killed while it passes a request on to the expert, on %s,', (_name, servers, places) => {
  it('holds once or not at all, and in the end nothing is held and what is spent is what was billed', { timeout: 180_000 }, async () => {
    const { start, kill, send, holds, spent, provider, sweep } = await rig(await servers());
    let billed = 0;
    for (const [place, held] of places) {
      const dying = start('dispatcher', `${place}=1@1`);
      const [end] = await send();
      await once(dying, 'exit');
      expect([place, await holds()]).toEqual([place, held]);
      const next = start('dispatcher');
      await waitFor(async () => (await holds()) === 1, 20_000);
      const expert = start('expert');
      expect((await end)?.receipt.outcome, place).toBe('answered');
      billed += 1;
      await waitFor(async () => (await holds()) === 0);
      expect([place, provider.received.length]).toEqual([place, billed]);
      await Promise.all([kill(next), kill(expert)]);
    }
    expect(await spent()).toBeCloseTo(billed * COST, 9);

    // Nobody comes back, neither to pass it on nor to answer it: the end of the request gives the money back.
    const dying = start('dispatcher', 'hop.after=1@1');
    const [end] = await send(4_000);
    await once(dying, 'exit');
    expect(await holds()).toBe(1);
    await waitFor(sweep, 15_000, 100);
    expect((await end)?.receipt.outcome).toBe('expired');
    await waitFor(async () => (await holds()) === 0);
    expect(await spent()).toBeCloseTo(billed * COST, 9);
  });
});
