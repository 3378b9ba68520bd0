import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis as startServer, startRedisCluster, startSentinel } from '@switchyard/testing';
import { startRedis } from './start-redis.js';

const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

describe('the Redis of a mesh', () => {
  it.each([
    ['a server', () => startServer()],
    ['the master of sentinels', () => startSentinel()],
    ['a cluster', () => startRedisCluster({ masters: 3 })],
  ] as const)('may be %s that is given, which is left alone', async (_what, start) => {
    const given = await start();
    stops.push(() => given.stop());
    const redis = await startRedis(given.url, '/nowhere', '');
    expect([redis.url, redis.pid()]).toEqual([given.url, undefined]);
    await redis.stop();
    await (await startRedis(given.url, '/nowhere', '')).stop();
  });

  it.each([
    ['redis://127.0.0.1:9', 'Redis at 127.0.0.1:9 cannot be reached'],
    ['redis+sentinel://127.0.0.1:9', 'REDIS_URL: the name of the master is missing, as in redis+sentinel://host:26379/mymaster'],
    ['http://127.0.0.1:secret@x', 'REDIS_URL: must be redis://host:port, redis+sentinel://host:port,…/name or redis+cluster://host:port,… (rediss for TLS)'],
  ])('is refused as it is given, as %s', async (url, message) => {
    await expect(startRedis(url, '/nowhere', '')).rejects.toThrow(message);
  });

  it('is a private server where none is given, and stopped with the mesh', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-redis-'));
    stops.push(() => rm(directory, { recursive: true, force: true }));
    const redis = await startRedis(undefined, directory, process.env['PATH'] ?? '');
    const pid = redis.pid() ?? 0;
    expect(process.kill(pid, 0)).toBe(true);
    await redis.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
