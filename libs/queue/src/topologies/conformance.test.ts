import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DispatchJob, ExplainJob, type AuditEvent, type Envelope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { deferred, waitFor } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { answer, passOn, TestMesh, topologies, type Conversed, type Gateway } from '../__fixtures__/test-mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { createRedis, redisServers } from '../connect/open-redis.js';
import { AUDIT_STREAM, newRequestId, requestKey } from '../redis-keys.js';
import { buildReply } from '../reply/build-reply.js';
import { finishRequest } from '../reply/finish-request.js';
import type { OpenedFrame } from '../reply/opened-frame.js';
import { DeadlineSweeper } from '../request/deadline-sweeper.js';
import { buildEnvelope } from '../transport/build-envelope.js';

/** A topology is started and settled within this. */
const START_MS = 60_000;

const merging: MeshSite = { ...testSite, settings: { ...testSite.settings, conversations: { merge: { windowMs: 5_000, waitMs: 0 }, supersede: 'never' } } };
const c1 = { conversationId: 'c1' };
const described = (frames: readonly OpenedFrame[]): string[] => frames.map((frame) => (frame.kind === 'delta' ? frame.text : frame.kind));
const sweeperOf = ({ mesh }: Gateway): DeadlineSweeper => new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings);

/**
 * What stays for good, and what bounds it: the record by its length; a tenant's usage, and its place in each queue's order,
 * by the number of tenants; BullMQ's own by settings; a queue's dead letters by `keepFailed`.
 */
const BOUNDED = [/^switchyard:audit$/, /^switchyard:\{p\d\d\}:usage$/, /^switchyard:\{[a-z]+\}:(?:fair|drained|meta|pc|events|marker|failed)$/];

// The topologies side by side, since each waits most of the time; the tests of one share its servers, so they take turns.
describe.each(Object.entries(topologies))('on %s', { concurrent: true }, (_name, start) => {
  describe('a mesh', { concurrent: false }, () => {
    let test: TestMesh;
    let streamsUrl: string | undefined;
    beforeAll(async () => {
      const options = await start();
      streamsUrl = options.env?.STREAMS_REDIS_URL;
      test = await TestMesh.start(options);
    }, START_MS);
    afterEach(() => test.clear());
    afterAll(() => test.stop());

    /** Every key, with its time to live. */
    async function keysOf(): Promise<Map<string, number>> {
      const streams = streamsUrl === undefined ? [] : redisServers(createRedis(streamsUrl, 'patient', 'looking'));
      const found = new Map<string, number>();
      for (const server of [...redisServers(test.redis), ...streams]) for (const key of await server.keys('*')) found.set(key, await server.pttl(key));
      for (const server of streams) server.disconnect();
      return found;
    }

    it('passes a request through two tiers, and its pieces come back in order before its reply', async () => {
      const gateway = await test.gateway();
      await test.tier({
        dispatch: async (job, context) => {
          context.decided({ rule: 'everything', to: 'worker', intent: 'greeting', confidence: 0.9 });
          await passOn(job, context);
        },
        answer: async (job, context) => {
          for (let piece = 0; piece < 50; piece++) {
            context.delta(`${piece} `);
            if (piece % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          }
          expect(await context.reply(answer(`answered: ${job.private.text}`))).toBe(true);
        },
      });
      const asked = await Promise.all(Array.from({ length: 10 }, (_, number) => gateway.ask(`m${number}`)));
      for (const [number, { reply, frames, submitted }] of asked.entries()) {
        expect((await reply).text).toBe(`answered: m${number}`);
        expect(described(frames)).toEqual(['decided', ...Array.from({ length: 50 }, (_, piece) => `${piece} `), 'reply']);
        expect(await gateway.mesh.requests.get('demo', submitted.requestId)).toMatchObject({ state: 'done', outcome: 'answered', reply: { text: `answered: m${number}` } });
      }
    });

    it('answers a call, with what the handler returned or threw', async () => {
      const { mesh } = await test.gateway();
      await test.tier({
        explain: async (job) => {
          if (job.body.subject === 'unknown') throw new MeshError('REQUEST_UNKNOWN', 'unknown');
          return { subject: job.body.subject };
        },
      });
      const call = (subject: string): Promise<unknown> => mesh.client.call(ExplainJob, { tenant: 'demo', body: { subject }, private: {}, timeoutMs: 5_000 });
      expect(await call('r1')).toEqual({ subject: 'r1' });
      await expect(call('unknown')).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' });
    });

    it('makes one request of an idempotency key', async () => {
      const gateway = await test.gateway();
      const other = await test.gateway();
      let runs = 0;
      await test.tier({
        dispatch: async (_job, context) => {
          runs += 1;
          await context.reply(answer('once'));
        },
      });
      const idempotency = { key: 'order-1', content: '{"text":"hello"}' };
      const first = await gateway.submitOnce('hello', idempotency);
      expect(await other.submitOnce('hello', idempotency)).toMatchObject({ requestId: first.requestId, conversationId: first.conversationId, created: false });
      await expect(other.submitOnce('bye', { ...idempotency, content: '{"text":"bye"}' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
      await waitFor(async () => (await other.mesh.requests.get('demo', first.requestId))?.state === 'done');
      expect(runs).toBe(1);
    });

    it('aborts the handler of a request that is cancelled at another gateway', async () => {
      const gateway = await test.gateway();
      const other = await test.gateway();
      const [started, aborted] = [deferred(), deferred<unknown>()];
      await test.tier({
        dispatch: (_job, context) => {
          started.resolve();
          return new Promise((_resolve, reject) => {
            context.signal.addEventListener('abort', () => {
              aborted.resolve(context.signal.reason);
              reject(new Error('aborted'));
            });
          });
        },
      });
      const asked = await gateway.ask('hello');
      await started.promise;
      expect(await other.mesh.requests.cancel('demo', asked.submitted.requestId)).toMatchObject({ state: 'done', outcome: 'cancelled' });
      expect(await aborted.promise).toMatchObject({ code: 'REQUEST_CANCELLED' });
      expect(await asked.reply).toMatchObject({ receipt: { outcome: 'cancelled' } });
    });

    it('ends a request at its deadline, whether a tier has it or none is there', async () => {
      const gateway = await test.gateway();
      const orphan = await gateway.ask('nobody is there', { deadlineMs: 50 });
      await waitFor(async () => (await sweeperOf(gateway).sweep()) === 1);
      expect(await orphan.reply).toMatchObject({ receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
      await test.tier({ dispatch: (_job, context) => new Promise((_resolve, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))) });
      const slow = await gateway.ask('too slow', { deadlineMs: 200 });
      expect(await slow.reply).toMatchObject({ receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
    });

    it('tries a failed job again, keeps it as a dead letter at last, and redrives it as a new request', async () => {
      const gateway = await test.gateway();
      const { deadLetters, requests } = gateway.mesh;
      const attempts: number[] = [];
      let isBroken = true;
      await test.tier({
        dispatch: passOn,
        answer: async (job, context) => {
          attempts.push(context.attempt);
          if (isBroken) throw new MeshError('MODEL_OVERLOADED', 'busy');
          await context.reply(answer(`mended: ${job.private.text}`));
        },
      });
      const asked = await gateway.ask('hello');
      expect(await asked.reply).toMatchObject({ receipt: { outcome: 'handed_over' }, error: { code: 'MODEL_OVERLOADED' } });
      expect(attempts).toEqual([1, 2, 3]);
      const id = `${asked.submitted.requestId}.worker.1`;
      expect(await waitFor(async () => (await deadLetters.list('demo', 10)).at(0))).toMatchObject({ id, queue: 'worker', kind: 'answer', code: 'MODEL_OVERLOADED', attempts: 3, lostWorkers: 0 });
      isBroken = false;
      const redriven = (await deadLetters.redrive('demo', id)) ?? '';
      expect((await waitFor(async () => (await requests.get('demo', redriven))?.reply)).text).toBe('mended: hello');
      expect(await deadLetters.list('demo', 10)).toEqual([]);
    });

    it('answers the messages of a conversation in order, one at a time, by however many instances', async () => {
      const gateway = await test.gateway();
      const inside = { now: 0, most: 0 };
      const order: string[] = [];
      const script: Parameters<TestMesh['tier']>[0] = {
        dispatch: async (job, context) => {
          inside.most = Math.max(inside.most, (inside.now += 1));
          const { turns } = await context.conversation();
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${job.private.text} after ${turns.length}`);
          inside.now -= 1;
          await context.reply(answer(job.private.text));
        },
      };
      await Promise.all([test.tier(script), test.tier(script)]);
      const asked: Conversed[] = [];
      for (let number = 0; number < 10; number++) {
        const { submitted } = (asked[number] = await gateway.ask(`m${number}`, c1));
        await waitFor(() => gateway.mesh.clock.now() > submitted.acceptedAt);
      }
      await Promise.all(asked.map(({ reply }) => reply));
      expect(inside.most).toBe(1);
      expect(order).toEqual(Array.from({ length: 10 }, (_, number) => `m${number} after ${Math.min(12, 2 * number)}`));
    });

    it('makes one question of a burst that waits', async () => {
      const gateway = await test.gateway(merging);
      const [started, hold] = [deferred(), deferred()];
      const heard: string[] = [];
      await test.tier(
        {
          dispatch: async (job, context) => {
            heard.push(job.private.text);
            if (job.private.text === 'first') {
              started.resolve();
              await hold.promise;
            }
            await context.reply(answer('done'));
          },
        },
        {},
        merging,
      );
      const first = await gateway.ask('first', c1);
      await started.promise;
      const burst = [];
      for (const text of ['hello', 'where is my order', 'HG20260001']) burst.push(await gateway.ask(text, c1));
      hold.resolve();
      await first.reply;
      const replies = await Promise.all(burst.map(({ reply }) => reply));
      expect(replies.map(({ error, receipt }) => error?.code ?? receipt.outcome)).toEqual(['REQUEST_MERGED', 'REQUEST_MERGED', 'answered']);
      const last = burst.at(-1)?.submitted.requestId;
      expect(replies.map(({ error }) => error?.laterRequestId)).toEqual([last, last, undefined]);
      expect(heard).toEqual(['first', 'hello\nwhere is my order\nHG20260001']);
    });

    it('records when a request ended as its store knows it, however late its process hears of it, and tells it a writer that asks again', async () => {
      const gateway = await test.gateway();
      const { store, sealer, audit } = gateway.mesh;
      const dead = (await gateway.ask('hello', c1)).submitted;
      const reply = sealer.seal(buildReply({ ...dead, conversationId: 'c1', siteVersion: '1' }, answer('done'), dead.acceptedAt), dead.requestId);
      const end = { ...dead, tenant: 'demo', conversationId: 'c1', epoch: 1_001, writer: 'one', outcome: 'answered', reply: JSON.stringify(reply), frameHead: '{"kind":"reply","sealed":', isSilent: false, event: audit.untimed('worker', { ...dead, tenant: 'demo', conversationId: 'c1', siteVersion: '1' }, 'outcome', {}) } as const;
      // By the store's own clock: a gateway's reading of it may be a millisecond ahead.
      const now = async (): Promise<number> => {
        const [seconds = 0, microseconds = 0] = await test.redis.time();
        return seconds * 1_000 + Math.floor(microseconds / 1_000);
      };
      const before = await now();
      const { endedAt } = await store.finish(end);
      expect(endedAt).toBeGreaterThanOrEqual(before);
      expect(endedAt).toBeLessThanOrEqual(await now());
      expect(await store.finish(end)).toEqual({ verdict: 'ended', endedAt });
      expect(await store.finish({ ...end, writer: 'another' })).toEqual({ verdict: 'late' });

      await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('done'))) });
      const asked = await gateway.ask('hello');
      await asked.reply;
      const ends = async ({ requestId }: { readonly requestId: string }): Promise<number[]> =>
        (await test.redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, [, events = '[]']]) => (JSON.parse(events) as AuditEvent[]).filter((event) => event.requestId === requestId && event.step === 'outcome').map(({ at }) => at));
      await waitFor(async () => (await ends(asked.submitted)).length > 0 && (await ends(dead)).length > 0);
      // Twice is harmless, by the event's id; a cluster cannot tell.
      expect(new Set(await ends(dead))).toEqual(new Set([endedAt]));
      expect(await ends(asked.submitted)).toEqual([Number(await test.redis.hget(requestKey(asked.submitted.requestId), 'endedAt'))]);
    });

    it('gives a process that starts in the place of a dead one what that had in hand, and counts it as taken over', async () => {
      const gateway = await test.gateway();
      const config = test.config('again');
      const [mine, other] = [(await gateway.ask('mine')).submitted, (await gateway.ask('another’s', { lane: 'bulk' })).submitted];
      const lockMs = 60_000;
      const take = async (instance: string): Promise<string | undefined> => (await gateway.mesh.store.take('dispatch', { worker: `${instance}/dead`, lockMs }, 1)).jobs[0]?.id;
      expect(await take(config.INSTANCE)).toContain(mine.requestId);
      expect(await take(`${config.INSTANCE}0`)).toContain(other.requestId);
      const attempts: number[] = [];
      await test.tier({
        dispatch: async (_job, context) => {
          attempts.push(context.attempt);
          await context.reply(answer('done'));
        },
      }, { config });
      await waitFor(async () => (await gateway.mesh.requests.get('demo', mine.requestId))?.outcome === 'answered');
      expect(attempts).toEqual([2]);
      expect((await gateway.mesh.backlog.read()).dispatch).toMatchObject({ active: 1, waiting: 0 });
      expect(await gateway.mesh.store.reclaim('dispatch', `${config.INSTANCE}0/next`)).toBe(1);
      await waitFor(async () => (await gateway.mesh.requests.get('demo', other.requestId))?.outcome === 'answered');
    });

    it('makes one question of a burst also where whoever should have done so died before, on the way, or in the end', async () => {
      const gateway = await test.gateway(merging);
      const { store, sealer } = gateway.mesh;
      const ways = ['before', 'on the way', 'in the end'];
      const bursts = await Promise.all(
        ways.map(async (conversationId, died) => {
          const [first, second, third] = [await gateway.ask('first', { conversationId }), await gateway.ask('second', { conversationId }), await gateway.ask('third', { conversationId })];
          const { requestId, replyTo, acceptedAt } = first.submitted;
          // What a tier does, up to where it dies: it ends the request,
          const reply = buildReply({ requestId, conversationId, acceptedAt, siteVersion: '1' }, { outcome: 'answered', tier: 'worker', text: 'done' }, acceptedAt);
          expect(await finishRequest(store, sealer, { requestId, tenant: 'demo', conversationId, replyTo, epoch: 1, seq: 1, reply })).toEqual({ verdict: 'ended', next: second.submitted.requestId, endedAt: expect.any(Number) });
          if (died === 0) return { second, third };
          // it lets the last of those that wait speak for all of them,
          const last = (await store.lane('demo', conversationId)).at(-1);
          const { v: _v, kind: _kind, body, sealed: _sealed, ...head } = JSON.parse(last?.job ?? '') as Envelope;
          const merged = buildEnvelope(DispatchJob, head, { body, private: { text: 'second\nthird', turns: [] } }, sealer);
          expect(await store.carry('demo', conversationId, third.submitted.requestId, JSON.stringify(merged), [second.submitted.requestId])).toBe(true);
          // and takes that one up.
          const isTakenUp = died === 2 && (await store.release(DispatchJob, merged, { now: gateway.mesh.clock.now(), weight: 1 }));
          expect(isTakenUp).toBe(died === 2);
          return { second, third };
        }),
      );
      const heard: string[] = [];
      await test.tier(
        {
          dispatch: async (job, context) => {
            heard.push(`${job.private.text} ${job.envelope.conversationId}`);
            await context.reply(answer('done'));
          },
        },
        {},
        merging,
      );
      const sweeper = sweeperOf(gateway);
      sweeper.start();
      for (const { second, third } of bursts) expect([(await second.reply).error?.code, (await third.reply).receipt.outcome]).toEqual(['REQUEST_MERGED', 'answered']);
      await sweeper.stop();
      expect(heard.toSorted()).toEqual(ways.map((way) => `second\nthird ${way}`).toSorted());
    });

    it('is silent in a conversation that a person has, and speaks again when it is given back', async () => {
      const gateway = await test.gateway();
      const started = deferred();
      await test.tier({
        dispatch: async (job, context) => {
          if (job.private.text === 'in work') {
            started.resolve();
            await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          }
          await context.reply(answer(`said to: ${job.private.text}`));
        },
      });
      const inWork = await gateway.ask('in work', c1);
      await started.promise;
      expect(await gateway.mesh.human.takeOver('demo', 'c1')).toBe(1);
      expect(await inWork.reply).toMatchObject({ text: '', receipt: { outcome: 'handed_over', rule: 'builtin.human' } });
      expect(await (await gateway.ask('meanwhile', c1)).reply).toMatchObject({ text: '', receipt: { outcome: 'handed_over', rule: 'builtin.human' } });
      await gateway.mesh.human.giveBack('demo', 'c1');
      expect((await (await gateway.ask('afterwards', c1)).reply).text).toBe('said to: afterwards');
    });

    it('lets a client go on at another gateway, without loss or repetition', async () => {
      const [holder, follower] = [await test.gateway(), await test.gateway()];
      const [isRead, isFollowed] = [deferred(), deferred()];
      await test.tier({
        dispatch: async (_job, context) => {
          for (const piece of ['one', 'two']) context.delta(piece);
          await isFollowed.promise;
          context.delta('three');
          await context.reply(answer('one two three'));
        },
      });
      const requestId = newRequestId('demo', 'c1');
      holder.mesh.replies.subscribe(requestId, (frame) => frame.kind === 'delta' && frame.text === 'two' && isRead.resolve());
      const { replyTo, acceptedAt } = await holder.submit('count', { requestId, ...c1 });
      await isRead.promise;
      const frames: OpenedFrame[] = [];
      const end = await follower.mesh.replies.follow(replyTo, requestId, acceptedAt, '1-1', (frame) => frames.push(frame));
      isFollowed.resolve();
      await waitFor(() => frames.some((frame) => frame.kind === 'reply'));
      end();
      expect(described(frames)).toEqual(['two', 'three', 'reply']);
    });

    it('counts the bytes of open requests, and leaves nothing behind that has neither an end nor a bound', async () => {
      const gateway = await test.gateway(merging);
      const hold = deferred();
      await test.tier(
        {
          dispatch: async (job, context) => {
            if (job.private.text === 'fail') throw new MeshError('MODEL_MISSING', 'qwen3:8b');
            if (job.private.text === 'pass') return passOn(job, context);
            await hold.promise;
            await context.reply(answer('done'));
          },
          answer: async (_job, context) => void (await context.reply(answer('passed'))),
          explain: async () => ({}),
        },
        {},
        merging,
      );
      const asked = [];
      for (const text of ['hold', 'fail', 'pass']) asked.push(await gateway.ask(text), await gateway.ask(text, { tenant: 'other' }));
      for (const text of ['one', 'two', 'three']) asked.push(await gateway.ask(text, c1));
      asked.push(await gateway.ask('cancelled'), await gateway.ask('expired', { deadlineMs: 10 }));
      await gateway.mesh.requests.cancel('demo', asked.at(-2)?.submitted.requestId ?? '');
      const usage = await gateway.mesh.store.usage();
      expect([...usage.keys()].toSorted()).toEqual(['demo', 'other']);
      expect(Math.min(...usage.values())).toBeGreaterThan(100);
      hold.resolve();
      const sweeper = sweeperOf(gateway);
      sweeper.start();
      await gateway.submitOnce('pass', { key: 'k', content: 'pass' });
      await gateway.mesh.client.call(ExplainJob, { tenant: 'demo', body: { subject: 'r1' }, private: {}, timeoutMs: 5_000 });
      gateway.mesh.availability.announce('expert', true);
      await Promise.all(asked.map(({ reply }) => reply));
      await waitFor(async () => [...(await gateway.mesh.store.usage()).values()].every((bytes) => bytes === 0));
      await waitFor(async () => Object.values(await gateway.mesh.backlog.read()).every(({ waiting, active }) => waiting + active === 0));
      await sweeper.stop();
      const keys = await waitFor(async () => {
        const found = await keysOf();
        return found.has('switchyard:available:expert') && found.has('switchyard:audit') ? found : undefined;
      });
      const letters = new Set((await Promise.all(['demo', 'other'].map((tenant) => gateway.mesh.deadLetters.list(tenant, 10)))).flat().map(({ id }) => `switchyard:{dispatch}:${id}`));
      expect(letters.size).toBe(2);
      const forEver = [...keys].filter(([key, ttl]) => ttl < 0 && !letters.has(key) && !BOUNDED.some((bound) => bound.test(key))).map(([key]) => key);
      expect(forEver).toEqual([]);
      expect([...keys.keys()].filter((key) => /:(?:pending|due|lane:.*|active|wait|prioritized|delayed)$/.test(key))).toEqual([]);
    });
  });
});
