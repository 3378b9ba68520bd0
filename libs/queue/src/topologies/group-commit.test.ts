import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { Chance, startRedis, startTcpProxy, waitFor } from '@switchyard/testing';
import { createRedis, openRedis } from '../connect/open-redis.js';
import { GroupCommit, type Rider } from '../store/group-commit.js';
import type { Operation } from '../store/operation.js';
import { claim } from '../store/operations.js';

/** A copy is sent to a replica at once, and not after a wait for further ones. */
const sendAtOnce = (redis: Redis): Promise<unknown> => redis.config('SET', 'repl-diskless-sync-delay', 0);
const nobody: Rider = { take: () => [], giveBack: () => undefined };
const claimOf = (key: string): ReturnType<typeof claim> => claim(key, { requestId: key, conversationId: 'c1', at: 1 }, 60_000, ['print']);
const claimed = { kind: 'new' };

/** An operation that the script refuses. */
const broken: Operation<unknown> = { name: 'no such thing', slot: 'key', values: [], read: () => undefined };
const settledOf = (work: readonly Promise<unknown>[]): Promise<string[]> => Promise.all(work.map((one) => one.then(() => 'done', (error: unknown) => String((error as { code?: unknown }).code))));

describe('operations that are written together', () => {
  it('are each told what came of theirs, whatever the others do, in order', async () => {
    const server = await startRedis();
    const redis = createRedis(server.url, 'impatient', 'test') as Redis;
    try {
      await openRedis([redis], server.url);
      const refused: unknown[] = [];
      const riding: Operation<unknown>[] = [claimOf('riding'), broken];
      const commit = new GroupCommit(redis, 'key', { take: () => riding.splice(0), giveBack: (operations) => void refused.push(...operations) });
      const unreadable: Operation<unknown> = {
        ...claimOf('unreadable'),
        read: () => {
          throw new TypeError('unreadable');
        },
      };
      const work: Promise<unknown>[] = [commit.run(claimOf('a')), commit.run(broken), commit.run(unreadable), commit.run(claimOf('a'))];
      expect(await settledOf(work)).toEqual(['done', 'QUEUE_UNAVAILABLE', 'undefined', 'done']);
      expect([await work[0], await work[3]]).toEqual([claimed, { kind: 'repeat', requestId: 'a', conversationId: 'c1', claimedAt: 1 }]);
      expect(refused).toEqual([broken]);
      expect(await redis.exists('riding', 'unreadable')).toBe(2);
      expect(await settledOf(Array.from({ length: 500 }, (_, number) => commit.run(number % 7 === 0 ? broken : claimOf(`k${number}`))))).toEqual(Array.from({ length: 500 }, (_, number) => (number % 7 === 0 ? 'QUEUE_UNAVAILABLE' : 'done')));
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  it('fail with what rides along where that cannot be had, and the next ones go on', async () => {
    const server = await startRedis();
    const redis = createRedis(server.url, 'impatient', 'test');
    try {
      await openRedis([redis], server.url);
      let isBroken = true;
      const take = (): Operation<unknown>[] => {
        if (isBroken) throw new TypeError('nothing to ride with');
        return [];
      };
      const commit = new GroupCommit(redis, 'key', { ...nobody, take });
      await expect(commit.run(claimOf('a'))).rejects.toThrow('nothing to ride with');
      isBroken = false;
      expect(await commit.run(claimOf('a'))).toEqual(claimed);
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  it('are refused where the store answers fewer than it was asked, rather than told what is another one\'s', async () => {
    const redis = { options: {}, evalsha: async () => ['new'] } as unknown as Redis;
    const commit = new GroupCommit(redis, 'key', nobody);
    expect(await settledOf([commit.run(claimOf('a')), commit.run(claimOf('b'))])).toEqual(['INTERNAL', 'INTERNAL']);
  });

  it.each(['impatient', 'patient'] as const)('are all settled, whatever becomes of a connection that is %s', async (patience) => {
    const chance = new Chance(29);
    const server = await startRedis({ durable: true });
    const proxy = await startTcpProxy({ target: server.port });
    const redis = createRedis(proxy.url, patience, 'test') as Redis;
    try {
      await openRedis([redis], proxy.url);
      const commit = new GroupCommit(redis, 'key', nobody);
      const work: Promise<string>[] = [];
      let count = 0;
      const timer = setInterval(() => {
        for (let one = 0; one < 5; one++) work.push(...[commit.run(claimOf(`k${(count += 1)}`))].map((run) => run.then(({ kind }) => kind, () => 'failed')));
      }, 1);
      for (let cut = 0; cut < 15; cut++) {
        const before = count;
        await waitFor(() => count > before + 100 * chance.next());
        await proxy.cut();
        if (chance.next() < 0.3) await server.crash().then(() => server.restart());
        await proxy.heal();
        await waitFor(() => redis.status === 'ready');
      }
      clearInterval(timer);
      const told = patience === 'patient' ? await Promise.all(work) : [];
      expect(told.filter((outcome) => outcome === 'failed')).toEqual([]);
      await proxy.cut();
      const last = [commit.run(claimOf('last')), commit.run(claimOf('very last'))];
      redis.disconnect();
      expect(await settledOf(last)).toEqual(['QUEUE_UNAVAILABLE', 'QUEUE_UNAVAILABLE']);
      expect(new Set(await Promise.all(work))).toContain('new');
      // What counts as written stands there.
      const look = createRedis(server.url, 'patient', 'looking') as Redis;
      const outcomes = await Promise.all(work);
      const missing = await Promise.all(outcomes.map(async (outcome, at) => outcome !== 'failed' && (await look.exists(`k${at + 1}`)) === 0));
      look.disconnect();
      expect(missing.filter(Boolean)).toEqual([]);
    } finally {
      redis.disconnect();
      await proxy.stop();
      await server.stop();
    }
  }, 40_000);
});

describe('operations that replicas are waited for with', () => {
  it('fail where too few have them, and are waited for by the patient', async () => {
    const [server, replica] = await Promise.all([startRedis(), startRedis()]);
    const [impatient, patient] = [createRedis(server.url, 'impatient', 'test'), createRedis(server.url, 'patient', 'test')];
    const admin = createRedis(replica.url, 'patient', 'admin') as Redis;
    try {
      await openRedis([impatient, patient], server.url);
      await sendAtOnce(patient as Redis);
      const durability = { replicas: 1, waitMs: 100 };
      await expect(new GroupCommit(impatient, 'key', nobody, durability).run(claimOf('a'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', detail: 'written on 0 of 1 replicas' });
      let isDone = false;
      const waiting = new GroupCommit(patient, 'key', nobody, durability).run(claimOf('b')).finally(() => (isDone = true));
      await waitFor(() => impatient.exists('b'));
      expect(isDone).toBe(false);
      await admin.call('REPLICAOF', '127.0.0.1', server.port);
      expect(await waiting).toEqual(claimed);
      expect(await admin.exists('b')).toBe(1);
    } finally {
      for (const redis of [impatient, patient, admin]) redis.disconnect();
      await Promise.all([server.stop(), replica.stop()]);
    }
  }, 20_000);

  it('are written again where the connection broke in between: a new master knows nothing of what the old one was told', async () => {
    const [server, replica] = await Promise.all([startRedis(), startRedis()]);
    const proxy = await startTcpProxy({ target: server.port });
    const patient = createRedis(proxy.url, 'patient', 'test');
    const [admin, other] = [createRedis(server.url, 'patient', 'admin') as Redis, createRedis(replica.url, 'patient', 'admin') as Redis];
    try {
      await openRedis([patient], proxy.url);
      await sendAtOnce(admin);
      const written = new GroupCommit(patient, 'key', nobody, { replicas: 1, waitMs: 2_000 }).run(claimOf('a'));
      // Written, and waited for: WAIT is under way.
      await waitFor(async () => String(await admin.client('LIST')).includes('cmd=wait'));
      await proxy.cut();
      // As a new master, which has its replica, and has never heard of it.
      await admin.del('a');
      await other.call('REPLICAOF', '127.0.0.1', server.port);
      await waitFor(async () => (await admin.wait(1, 100)) === 1);
      await proxy.heal();
      expect(await written).toEqual(claimed);
      expect(await other.exists('a')).toBe(1);
    } finally {
      for (const redis of [patient, admin, other]) redis.disconnect();
      await proxy.stop();
      await Promise.all([server.stop(), replica.stop()]);
    }
  }, 20_000);
});
