import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { waitFor } from '../wait-for.js';
import { askRedis, readFields } from './ask-redis.js';
import { hasCompiler } from './compile-fsync-shim.js';
import { type PowerCutRedis, startPowerCutRedis } from './start-power-cut-redis.js';

const BATCH = 200;
const LONG = 60_000;
/** A sync a second, and what it takes: Redis answers for two seconds at most, where the disk keeps up. */
const OLD_MS = 2_500;

interface Writer {
  /** When each number of the list was acknowledged, from 0 on. */
  readonly ackedAt: readonly number[];
  /** Resolves when a write has failed. */
  readonly ended: Promise<void>;
}

/** Appends numbers to a list in pipelines until the connection breaks. */
function writeUntilCut(port: number, from = 0): Writer {
  const redis = new Redis({ host: '127.0.0.1', port, retryStrategy: () => null, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
  redis.on('error', () => undefined);
  const ackedAt: number[] = [];
  const write = async (): Promise<void> => {
    for (let next = from; ; next += BATCH) await Promise.all(Array.from({ length: BATCH }, (_, index) => redis.rpush('log', next + index).then(() => ackedAt.push(performance.now()))));
  };
  return { ackedAt, ended: write().then(() => undefined, () => redis.disconnect()) };
}

/** How many numbers are left, which must be the first ones without a gap. */
async function countKept(redis: PowerCutRedis): Promise<number> {
  const kept = await askRedis(redis.port, (client) => client.lrange('log', 0, -1));
  expect(kept.findIndex((number, index) => number !== String(index))).toBe(-1);
  return kept.length;
}

it.skipIf(!hasCompiler())('loses no acknowledged write when every write is synced, over two cuts and a rewrite of the file', async () => {
  const redis = await startPowerCutRedis({ appendfsync: 'always' });
  try {
    const first = writeUntilCut(redis.port);
    await waitFor(() => first.ackedAt.length > 5_000);
    await redis.cutPower();
    await first.ended;
    await redis.restart();
    const kept = await countKept(redis);
    expect(kept).toBeGreaterThanOrEqual(first.ackedAt.length);

    const second = writeUntilCut(redis.port, kept);
    await waitFor(() => second.ackedAt.length > 1_000);
    await askRedis(redis.port, (client) => client.bgrewriteaof());
    await waitFor(() => askRedis(redis.port, async (client) => readFields(await client.info('persistence')).get('aof_rewrite_in_progress') === '0'), 10_000, 50);
    const atRewrite = second.ackedAt.length;
    await waitFor(() => second.ackedAt.length > atRewrite + 1_000);
    await redis.cutPower();
    await second.ended;
    await redis.restart();
    expect(await countKept(redis)).toBeGreaterThanOrEqual(kept + second.ackedAt.length);
  } finally {
    await redis.stop();
  }
}, LONG);

it.skipIf(!hasCompiler())('loses acknowledged writes of the last moments, and none older, when the file is synced once a second', async () => {
  const redis = await startPowerCutRedis({ appendfsync: 'everysec' });
  try {
    const writer = writeUntilCut(redis.port);
    await waitFor(() => (writer.ackedAt.at(-1) ?? 0) - (writer.ackedAt[0] ?? 0) > OLD_MS + 1_000);
    // Right after a sync, so that what follows is not synced yet.
    const synced = await redis.syncedBytes();
    await waitFor(async () => (await redis.syncedBytes()) > synced);
    const atSync = writer.ackedAt.length;
    await waitFor(() => writer.ackedAt.length > atSync + 2_000);
    const cutAt = performance.now();
    const { lostBytes } = await redis.cutPower();
    await writer.ended;
    await redis.restart();
    const kept = await countKept(redis);
    const old = writer.ackedAt.filter((at) => at < cutAt - OLD_MS).length;
    expect(lostBytes).toBeGreaterThan(0);
    expect(kept).toBeLessThan(writer.ackedAt.length);
    expect(old).toBeGreaterThan(1_000);
    expect(kept).toBeGreaterThanOrEqual(old);
  } finally {
    await redis.stop();
  }
}, LONG);

it.skipIf(!hasCompiler())('loses everything when nothing is ever synced, though a crash of the process alone would lose nothing', async () => {
  const redis = await startPowerCutRedis({ appendfsync: 'no' });
  try {
    await askRedis(redis.port, (client) => client.rpush('log', 0));
    await redis.crash();
    await redis.restart();
    expect(await countKept(redis)).toBe(1);
    await redis.cutPower();
    await redis.restart();
    expect(await countKept(redis)).toBe(0);
  } finally {
    await redis.stop();
  }
});

it('says that there is no C compiler where there is none', async () => {
  vi.stubEnv('PATH', '');
  try {
    expect(hasCompiler()).toBe(false);
    await expect(startPowerCutRedis()).rejects.toThrow('no C compiler');
  } finally {
    vi.unstubAllEnvs();
  }
});
