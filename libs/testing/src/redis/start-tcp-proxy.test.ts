import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../wait-for.js';
import { askRedis } from './ask-redis.js';
import { startRedis, type TestRedis } from './start-redis.js';
import { startTcpProxy, type TcpProxy } from './start-tcp-proxy.js';

/** Resolves with the next event of that name, whatever errors come before it. */
function next(client: Redis, event: 'ready' | 'close' | 'end'): Promise<void> {
  return new Promise((resolve) => void client.once(event, () => resolve()));
}

let redis: TestRedis;
let proxy: TcpProxy;
let client: Redis;

beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ target: redis.port });
  client = new Redis(proxy.url, { commandTimeout: 5_000, retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
});

afterEach(async () => {
  client.disconnect();
  await proxy.stop();
  await redis.stop();
});

it('passes everything on, of any size', async () => {
  const large = 'x'.repeat(20_000_000);
  await client.set('large', large);
  expect((await client.get('large')) === large).toBe(true);
});

it('breaks connections and refuses new ones while it is cut, and takes them again when it is healed', async () => {
  const closed = next(client, 'close');
  await proxy.cut();
  await closed;
  await expect(askRedis(proxy.port, (other) => other.ping())).rejects.toThrow('ECONNREFUSED');
  expect(await askRedis(redis.port, (other) => other.ping())).toBe('PONG');
  const ready = next(client, 'ready');
  await proxy.heal();
  await ready;
  expect(await client.ping()).toBe('PONG');
});

it('passes nothing while it is stalled, and then all of it over the same connections', async () => {
  const id = await client.client('ID');
  proxy.stall();
  const inWork = client.incr('counter');
  const opened = new Redis(proxy.url, { commandTimeout: 200, enableReadyCheck: false });
  opened.on('error', () => undefined);
  try {
    // A new connection is taken, and as silent.
    await expect(opened.ping()).rejects.toThrow('timed out');
    expect(await askRedis(redis.port, (other) => other.get('counter'))).toBeNull();
    expect(client.status).toBe('ready');
    proxy.flow();
    expect(await inWork).toBe(1);
    expect(await client.client('ID')).toBe(id);
    await waitFor(() => opened.ping().catch(() => undefined));
  } finally {
    opened.disconnect();
  }
});

it('takes longer each way while it delays, and keeps the order when it stops to', async () => {
  proxy.delay(100);
  const sentAt = performance.now();
  const slow = client.incr('counter');
  await slow;
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(200);
  const answers: number[] = [];
  const before = Array.from({ length: 50 }, () => client.incr('counter').then((value) => answers.push(value)));
  proxy.delay(0);
  const after = Array.from({ length: 50 }, () => client.incr('counter').then((value) => answers.push(value)));
  await Promise.all([...before, ...after]);
  expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
});

it('ends the one side when the other ends', async () => {
  const connections = (): Promise<number> => askRedis(redis.port, async (other) => String(await other.client('LIST')).trim().split('\n').length - 1);
  expect(await connections()).toBe(1);
  const ended = next(client, 'end');
  client.disconnect();
  await ended;
  await waitFor(async () => (await connections()) === 0);
  await client.connect();
  const closed = next(client, 'close');
  await redis.crash();
  await closed;
});

it('takes connections also while nobody stands behind it, and breaks them', async () => {
  await redis.crash();
  await expect(askRedis(proxy.port, (other) => other.ping())).rejects.toThrow(/closed|ECONNRESET/);
  const ready = next(client, 'ready');
  await redis.restart();
  await ready;
  expect(await client.ping()).toBe('PONG');
});
