import { Cluster } from 'ioredis';
import { expect, it } from 'vitest';
import { askRedis, readFields } from './ask-redis.js';
import { startRedisCluster, type TestRedisCluster } from './start-redis-cluster.js';

const LONG = 90_000;
const KEYS = Array.from({ length: 100 }, (_, index) => `key-${index}`);

function connect(cluster: TestRedisCluster): Cluster {
  // Patient: waits for slots that nobody serves.
  const client = new Cluster([...cluster.nodes], { maxRedirections: 10_000, retryDelayOnClusterDown: 50, retryDelayOnFailover: 50, clusterRetryStrategy: () => 50 });
  client.on('error', () => undefined);
  return client;
}

it('shares the keys among three masters, and has them all again when one that crashed is back', async () => {
  // With `everysec` what Redis puts off while the disk syncs goes with a process that is killed.
  const cluster = await startRedisCluster({ masters: 3, replicas: 0, appendfsync: 'always' });
  const client = connect(cluster);
  try {
    expect(cluster.url).toBe(`redis+cluster://${cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`);
    await Promise.all(KEYS.map((key) => client.set(key, key)));
    const sizes = await Promise.all(cluster.nodes.map(({ port }) => askRedis(port, (redis) => redis.dbsize())));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(KEYS.length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);

    const [, { port: crashed } = { port: 0 }] = cluster.nodes;
    await cluster.crash(1);
    await expect(askRedis(crashed, (redis) => redis.ping())).rejects.toThrow('ECONNREFUSED');
    await cluster.restart(1);
    expect(await Promise.all(KEYS.map((key) => client.get(key)))).toEqual(KEYS);
  } finally {
    client.disconnect();
    await cluster.stop();
  }
}, LONG);

it('goes on with the replica of a master that crashed, which comes back as its replica', async () => {
  const cluster = await startRedisCluster({ masters: 3, replicas: 1, nodeTimeoutMs: 1_000 });
  const client = connect(cluster);
  try {
    expect(cluster.nodes).toHaveLength(6);
    await Promise.all(KEYS.map((key) => client.set(key, 'before')));
    await cluster.crash(0);
    // Resolves when the replica has taken over.
    await Promise.all(KEYS.map((key) => client.set(key, key)));
    await cluster.restart(0);
    const [first, , , replica] = cluster.nodes;
    const info = await askRedis(first?.port ?? 0, async (redis) => readFields(await redis.info('replication')));
    expect(info.get('role')).toBe('slave');
    expect(Number(info.get('master_port'))).toBe(replica?.port);
    expect(await Promise.all(KEYS.map((key) => client.get(key)))).toEqual(KEYS);
  } finally {
    client.disconnect();
    await cluster.stop();
  }
}, LONG);
