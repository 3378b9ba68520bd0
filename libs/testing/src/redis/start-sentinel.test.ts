import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { waitFor } from '../wait-for.js';
import { askRedis, readFields } from './ask-redis.js';
import { startSentinel } from './start-sentinel.js';

const LONG = 90_000;

/** The port of the master of which the server on `port` says that it is a replica. */
async function masterOf(port: number): Promise<number> {
  return askRedis(port, async (client) => Number(readFields(await client.info('replication')).get('master_port')));
}

it('goes on with a replica when the master is killed, and takes the old one back as a replica with its data', async () => {
  const group = await startSentinel();
  // Just promoted, a master has no replica yet, and refuses.
  const reconnectOnError = (error: Error): 2 | false => error.message.startsWith('NOREPLICAS') && 2;
  const client = new Redis({ sentinels: [...group.sentinels], name: group.name, maxRetriesPerRequest: null, retryStrategy: () => 50, reconnectOnError });
  client.on('error', () => undefined);
  try {
    expect(group.url).toBe(`redis+sentinel://${group.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mesh`);
    const old = await group.master();
    expect(await client.set('before', 'kept')).toBe('OK');
    expect(await client.wait(2, 5_000)).toBe(2);

    expect(await group.killMaster()).toBe(old);
    // Resolves when the client has found the new master.
    expect(await client.set('after', 'kept')).toBe('OK');
    const next = await waitFor(async () => (await group.master()) !== old && group.master());
    expect(await client.mget('before', 'after')).toEqual(['kept', 'kept']);

    await group.restartKilled();
    expect(await group.master()).toBe(next);
    expect(await masterOf(old)).toBe(next);
    expect(await askRedis(old, (redis) => redis.mget('before', 'after'))).toEqual(['kept', 'kept']);
  } finally {
    client.disconnect();
    await group.stop();
  }
}, LONG);

it('goes on with a replica when the master freezes, and makes it a replica when it thaws', async () => {
  const group = await startSentinel({ name: 'other', downAfterMs: 1_000 });
  try {
    const old = await group.master();
    const thaw = await group.freezeMaster();
    const next = await waitFor(async () => (await group.master()) !== old && group.master(), 30_000);
    await expect(askRedis(old, (redis) => redis.ping())).rejects.toThrow('timed out');
    thaw();
    await group.settled();
    expect(await group.master()).toBe(next);
    expect(await masterOf(old)).toBe(next);
  } finally {
    await group.stop();
  }
}, LONG);

it('keeps a master that is only away for a moment, with the settings it was asked for', async () => {
  const group = await startSentinel({ minReplicasToWrite: 2, minReplicasMaxLag: 3, downAfterMs: 10_000 });
  try {
    const old = await group.killMaster();
    await group.restartKilled();
    expect(await group.master()).toBe(old);
    await askRedis(old, async (redis) => {
      expect(await redis.config('GET', 'min-replicas-to-write')).toContain('2');
      expect(await redis.config('GET', 'min-replicas-max-lag')).toContain('3');
      expect(await redis.set('key', 'value')).toBe('OK');
    });
  } finally {
    await group.stop();
  }
}, LONG);
