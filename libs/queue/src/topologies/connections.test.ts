import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { freePort, startRedis, startRedisCluster, startSentinel, startTcpProxy, waitFor } from '@switchyard/testing';
import { createRedis, openRedis, redisServers, type RedisConnection } from '../connect/open-redis.js';
import { RedisClock } from '../connect/redis-clock.js';
import { RedisScript } from '../connect/run-script.js';
import { argumentsOf } from '../store/operation.js';
import { claim, usage } from '../store/operations.js';
import { storeScript } from '../store/script.js';

/** A connection of a test, closed after it. */
async function withRedis(url: string, patience: Parameters<typeof createRedis>[1], work: (redis: RedisConnection) => Promise<void>): Promise<void> {
  const redis = createRedis(url, patience, 'test');
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** An address where nobody listens, and one where somebody listens and says nothing. */
async function badAddresses(): Promise<{ readonly refusing: string; readonly silent: string; stop(): Promise<void> }> {
  const proxy = await startTcpProxy({ target: await freePort() });
  proxy.stall();
  return { refusing: `127.0.0.1:${await freePort()}`, silent: `127.0.0.1:${proxy.port}`, stop: () => proxy.stop() };
}

describe('the first connection', { concurrent: true }, () => {
  it('is made where the first node that is named is away, or says nothing', async () => {
    const [cluster, bad] = await Promise.all([startRedisCluster({ masters: 3 }), badAddresses()]);
    try {
      for (const address of [bad.refusing, bad.silent]) {
        await withRedis(cluster.url.replace('://', `://${address},`), 'impatient', async (redis) => {
          await openRedis([redis], 'redis+cluster://test');
          expect(await redis.set('key', 'value')).toBe('OK');
        });
      }
    } finally {
      await Promise.all([cluster.stop(), bad.stop()]);
    }
  }, 60_000);

  it('is made where the first sentinel that is named is away, or says nothing, and while a new master is being chosen', async () => {
    const [group, bad] = await Promise.all([startSentinel({ downAfterMs: 1_000 }), badAddresses()]);
    try {
      for (const address of [bad.refusing, bad.silent]) {
        await withRedis(group.url.replace('://', `://${address},`), 'impatient', async (redis) => {
          await openRedis([redis], 'redis+sentinel://test/mesh');
          expect(await redis.set('key', 'value')).toBe('OK');
        });
      }
      await group.killMaster();
      await withRedis(group.url, 'impatient', async (redis) => {
        await openRedis([redis], 'redis+sentinel://test/mesh');
        expect(await redis.get('key')).toBe('value');
      });
    } finally {
      await Promise.all([group.stop(), bad.stop()]);
    }
  }, 60_000);

  it('is waited for until the cluster serves, by whoever waits for it', async () => {
    const cluster = await startRedisCluster({ masters: 3, nodeTimeoutMs: 500 });
    try {
      await withRedis(cluster.url, 'patient', (other) =>
        withRedis(cluster.url, 'blocking', async (redis) => {
          await openRedis([other], cluster.url);
          await cluster.crash(1);
          // Without that one, none of them serves.
          await waitFor(async () => (await Promise.all(redisServers(other).map((server) => server.cluster('INFO').then((info) => info.includes('cluster_state:fail'), () => true)))).every(Boolean), 10_000, 50);
          const connected = redis.connect();
          await waitFor(() => redis.status === 'reconnecting');
          await cluster.restart(1);
          await connected;
          expect(redis.status).toBe('ready');
        }),
      );
    } finally {
      await cluster.stop();
    }
  }, 40_000);

  it('fails in bounded time where nobody answers', async () => {
    const bad = await badAddresses();
    const urls = [bad.refusing, bad.silent].flatMap((address) => [`redis://${address}`, `redis+sentinel://${address}/mesh`, `redis+cluster://${address}`]);
    try {
      const startedAt = performance.now();
      await Promise.all(urls.map((url) => withRedis(url, 'patient', (redis) => expect(openRedis([redis], url)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', field: 'REDIS_URL' }))));
      expect(performance.now() - startedAt).toBeLessThan(6_000);
    } finally {
      await bad.stop();
    }
  }, 20_000);
});

describe('a connection that is told to end', { concurrent: true }, () => {
  it.each(['redis://', 'redis+sentinel://', 'redis+cluster://'])('ends, also between two attempts to reach its server, and fails whoever waits: %s', async (scheme) => {
    const servers = scheme === 'redis://' ? await startRedis() : scheme === 'redis+cluster://' ? await startRedisCluster({ masters: 3 }) : await startSentinel();
    const redis = createRedis(servers.url, 'patient', 'test');
    try {
      await openRedis([redis], servers.url);
      await redis.set('key', 'value');
      // Heard of, and not looked for: it is so for 50 ms, and where no sentinel answers never again.
      const isBetween = new Promise((resolve) => redis.once('reconnecting', resolve));
      const stopped = servers.stop();
      await isBetween;
      expect(redis.status).toBe('reconnecting');
      const waiting = redis.get('key').then(() => 'answered', () => 'failed');
      const ended = new Promise((resolve) => redis.once('end', resolve));
      redis.disconnect();
      expect(await waiting).toBe('failed');
      await ended;
      expect(redis.status).toBe('end');
      await stopped;
    } finally {
      redis.disconnect();
    }
  }, 40_000);

  it('lets a subscription go that was being made again', async () => {
    const server = await startRedis();
    const proxy = await startTcpProxy({ target: server.port });
    const redis = createRedis(proxy.url, 'patient', 'test');
    try {
      await redis.subscribe('notes');
      await proxy.cut();
      await waitFor(() => redis.status !== 'ready');
      const ended = new Promise((resolve) => redis.once('end', resolve));
      // Sent, and never answered. A rejection that nobody hears of would fail the run.
      redis.once('ready', () => {
        proxy.stall();
        redis.disconnect();
      });
      await proxy.heal();
      await ended;
      expect(redis.status).toBe('end');
    } finally {
      redis.disconnect();
      await proxy.stop();
      await server.stop();
    }
  });

  it('fails what was under way when it froze, too', async () => {
    const server = await startRedis();
    const redis = createRedis(server.url, 'patient', 'test') as Redis;
    try {
      await openRedis([redis], server.url);
      server.freeze();
      // Under way when the silent socket is given up, and waiting in a queue of its own while the next one is silent, too.
      const waiting = redis.get('key').then(() => 'answered', () => 'failed');
      await waitFor(() => redis.status !== 'ready');
      await waitFor(() => redis.status === 'connect');
      redis.disconnect();
      expect(await waiting).toBe('failed');
    } finally {
      redis.disconnect();
      server.thaw();
      await server.stop();
    }
  }, 40_000);
});

describe('a server that refuses as a whole', { concurrent: true }, () => {
  it('has written nothing, fails the impatient, and is waited for by the patient, until it takes it or another is the master', async () => {
    const [server, other] = await Promise.all([startRedis(), startRedis()]);
    try {
      await withRedis(server.url, 'patient', async (admin) => {
        const refuse: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
          ['NOREPLICAS', () => (admin as Redis).config('SET', 'min-replicas-to-write', 1), () => (admin as Redis).config('SET', 'min-replicas-to-write', 0)],
          ['READONLY', () => (admin as Redis).call('REPLICAOF', '127.0.0.1', other.port), () => (admin as Redis).call('REPLICAOF', 'NO', 'ONE')],
        ];
        for (const [code, begin, end] of refuse) {
          await withRedis(server.url, 'impatient', (impatient) =>
            withRedis(server.url, 'patient', async (patient) => {
              await openRedis([impatient, patient], server.url);
              // An operation that writes, and before it one that only reads.
              const both = argumentsOf([usage([]), claim('key', { requestId: 'r1', conversationId: 'c1', at: 1 }, 60_000, ['print'])]);
              const write = (redis: RedisConnection): Promise<unknown> => storeScript.run(redis, ['key'], both);
              await begin();
              await expect(write(impatient)).rejects.toThrow(new RegExp(`^${code} `));
              expect(await admin.exists('key')).toBe(0);
              let isDone = false;
              const waited = write(patient).then((answer) => {
                isDone = true;
                return answer;
              });
              await waitFor(() => patient.status !== 'ready');
              await waitFor(() => patient.status === 'ready');
              expect(isDone).toBe(false);
              await end();
              expect(await waited).toEqual([[], ['new']]);
              await admin.del('key');
            }),
          );
        }
      });
    } finally {
      await Promise.all([server.stop(), other.stop()]);
    }
  }, 40_000);

  it('is not asked for its scripts again and again: one that a node has forgotten is sent to that node', async () => {
    const cluster = await startRedisCluster({ masters: 3 });
    try {
      await withRedis(cluster.url, 'impatient', async (redis) => {
        await openRedis([redis], cluster.url);
        const script = new RedisScript('return {KEYS[1], ARGV[1]}');
        for (let round = 0; round < 2; round++) {
          for (const key of ['{a}', '{b}', '{c}', '{dispatch}', '{p00}', '{p01}']) expect(await script.run(redis, [key], ['x'])).toEqual([key, 'x']);
          for (const server of redisServers(redis)) await server.script('FLUSH');
        }
      });
    } finally {
      await cluster.stop();
    }
  }, 40_000);
});

it.concurrent('a subscription at a server that stands still is given up, and made anew where it answers', async () => {
  const server = await startRedis();
  const proxy = await startTcpProxy({ target: server.port });
  try {
    await withRedis(proxy.url, 'patient', async (subscriber) => {
      const heard: string[] = [];
      subscriber.on('message', (_channel: string, note: string) => heard.push(note));
      await subscriber.subscribe('notes');
      proxy.stall();
      await waitFor(() => subscriber.status !== 'ready', 10_000);
      proxy.flow();
      await withRedis(server.url, 'patient', async (publisher) => {
        await waitFor(async () => (await publisher.publish('notes', 'hello')) > 0 && heard.length > 0, 10_000, 20);
      });
      expect(heard).toContain('hello');
    });
  } finally {
    await proxy.stop();
    await server.stop();
  }
}, 40_000);

it('a subscription on a cluster that is away as a whole waits for it without a storm, and hears again when it is back', async () => {
  const cluster = await startRedisCluster({ masters: 3 });
  try {
    await withRedis(cluster.url, 'patient', (subscriber) =>
      withRedis(cluster.url, 'patient', async (publisher) => {
        await openRedis([subscriber, publisher], cluster.url);
        const heard: string[] = [];
        subscriber.on('message', (_channel: string, note: string) => heard.push(note));
        await subscriber.subscribe('notes');
        for (const index of [0, 1, 2]) await cluster.crash(index);
        const [downAt, cpu] = [performance.now(), process.cpuUsage()];
        // Until it asks for the nodes and hears of none, and then begins anew.
        await waitFor(() => subscriber.status === 'reconnecting', 10_000, 50);
        expect(process.cpuUsage(cpu).user / 1_000).toBeLessThan((performance.now() - downAt) / 4);
        for (const index of [0, 1, 2]) await cluster.restart(index);
        await waitFor(async () => (await publisher.publish('notes', 'hello')) >= 0 && heard.length > 0, 10_000, 20);
      }),
    );
  } finally {
    await cluster.stop();
  }
}, 40_000);

describe('the clock', () => {
  /** A server whose clock is ahead by so much, and that takes so long to tell. */
  class FakeServer extends EventEmitter {
    asked = 0;
    constructor(public readonly tell: () => { readonly aheadMs: number; readonly tookMs: number }) {
      super();
    }
    async time(): Promise<[string, string]> {
      this.asked += 1;
      const { aheadMs, tookMs } = this.tell();
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      const now = Date.now() + aheadMs;
      return [String(Math.floor(now / 1_000)), String(Math.floor(now % 1_000) * 1_000)];
    }
  }

  it('goes by the new master when that has changed', async () => {
    let aheadMs = 0;
    const server = new FakeServer(() => ({ aheadMs, tookMs: 0 }));
    const clock = new RedisClock(server as unknown as Redis);
    await clock.start();
    expect(Math.abs(clock.aheadMs())).toBeLessThan(50);
    aheadMs = 60_000;
    server.emit('ready');
    await waitFor(() => clock.aheadMs() > 59_950);
    clock.stop();
    server.emit('ready');
    expect(server.listenerCount('ready')).toBe(0);
  });

  it('does not believe an answer that was long on its way where it gets a better one', async () => {
    // An answer that was held up on its way back tells a time that is long past.
    const answers = [{ aheadMs: -400, tookMs: 400 }, { aheadMs: 0, tookMs: 0 }];
    const server = new FakeServer(() => answers.shift() ?? { aheadMs: 0, tookMs: 0 });
    const clock = new RedisClock(server as unknown as Redis);
    await clock.start();
    expect(Math.abs(clock.aheadMs())).toBeLessThan(50);
    expect(server.asked).toBe(2);
    clock.stop();
  });

  it('asks again soon where all answers were long on their way, and keeps the better one', async () => {
    const answers = [...Array.from({ length: 5 }, () => ({ aheadMs: -300, tookMs: 300 })), { aheadMs: 0, tookMs: 0 }];
    const server = new FakeServer(() => answers.shift() ?? { aheadMs: -500, tookMs: 500 });
    const clock = new RedisClock(server as unknown as Redis);
    await clock.start();
    expect(clock.aheadMs()).toBeLessThan(-50);
    await waitFor(() => Math.abs(clock.aheadMs()) < 50);
    clock.stop();
  });
});
