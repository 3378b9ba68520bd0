import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { askRedis } from './ask-redis.js';
import { startRedis, type TestRedisOptions } from './start-redis.js';

it('starts a redis-server that answers, and ends it', async () => {
  const redis = await startRedis();
  expect(await askRedis(redis.port, (client) => client.ping())).toBe('PONG');
  await redis.stop();
  await expect(askRedis(redis.port, (client) => client.ping())).rejects.toThrow('ECONNREFUSED');
});

it.each<TestRedisOptions>([{ durable: true }, { appendfsync: 'everysec' }, { appendfsync: 'no' }])('keeps its data over a crash when it was started with %o', async (options) => {
  const redis = await startRedis(options);
  try {
    expect(await askRedis(redis.port, (client) => client.config('GET', 'appendfsync'))).toContain(options.appendfsync ?? 'always');
    await askRedis(redis.port, (client) => client.set('kept', 'yes'));
    await redis.crash();
    await redis.restart();
    expect(await askRedis(redis.port, (client) => client.get('kept'))).toBe('yes');
  } finally {
    await redis.stop();
  }
});

it('refuses writes beyond its memory, and goes on to answer reads', async () => {
  const redis = await startRedis({ maxmemory: 8_000_000 });
  try {
    await askRedis(redis.port, async (client) => {
      await client.set('first', 'x');
      const fill = async (): Promise<void> => {
        for (let index = 0; index < 20; index++) await client.set(`filler-${index}`, 'x'.repeat(1_000_000));
      };
      await expect(fill()).rejects.toThrow('OOM');
      expect(await client.get('first')).toBe('x');
    });
  } finally {
    await redis.stop();
  }
});

it('keeps connections open and answers nothing while it is frozen', async () => {
  const redis = await startRedis();
  const client = new Redis(redis.url, { commandTimeout: 200 });
  try {
    await client.ping();
    redis.freeze();
    await expect(client.incr('counter')).rejects.toThrow('timed out');
    expect(client.status).toBe('ready');
    redis.thaw();
    // What was sent meanwhile has been taken.
    expect(await client.incr('counter')).toBe(2);
    redis.freeze();
  } finally {
    client.disconnect();
    await redis.stop();
  }
});

it('says why a server does not start', async () => {
  await expect(startRedis({ maxmemory: Number.NaN })).rejects.toThrow(/maxmemory/);
});
