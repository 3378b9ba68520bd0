import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { baseOfRequest, requestKey } from '../redis-keys.js';
import { DeadlineSweeper } from './deadline-sweeper.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const idempotency = { key: 'order-1-question', content: '{"text":"hello"}' };

describe('an idempotency key', () => {
  it('makes one request of two, also while the first is in work', async () => {
    const gateway = await test.gateway();
    const first = await gateway.submitOnce('hello', idempotency);
    const second = await gateway.submitOnce('hello', idempotency);
    expect(first.created).toBe(true);
    expect(second).toEqual({ ...first, created: false });
    let runs = 0;
    await test.tier({
      dispatch: async (_job, context) => {
        runs += 1;
        await context.reply(answer('once'));
      },
    });
    await waitFor(async () => (await gateway.mesh.requests.get('demo', first.requestId))?.state === 'done');
    expect((await gateway.submitOnce('hello', idempotency)).state).toBe('done');
    expect(runs).toBe(1);
  });

  it('is refused with another body', async () => {
    const gateway = await test.gateway();
    await gateway.submitOnce('hello', idempotency);
    await expect(gateway.submitOnce('bye', { ...idempotency, content: '{"text":"bye"}' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('belongs to its tenant', async () => {
    const gateway = await test.gateway();
    const mine = await gateway.submitOnce('hello', idempotency);
    expect((await gateway.submitOnce('hello', idempotency, { tenant: 'other' })).requestId).not.toBe(mine.requestId);
  });

  it('is gone on with where its gateway died before it accepted the request', async () => {
    const gateway = await test.gateway();
    const claimed = await gateway.mesh.idempotency.claim('demo', idempotency.key, idempotency.content, 'c1');
    const { requestId, created } = await gateway.submitOnce('hello', idempotency, { conversationId: 'c2' });
    expect({ requestId, created }).toEqual({ requestId: claimed.requestId, created: true });
    await test.tier({ dispatch: async (job, context) => void (await context.reply(answer(`repaired: ${job.private.text}`))) });
    const reply = await waitFor(async () => (await gateway.mesh.requests.get('demo', requestId))?.reply);
    expect(reply).toMatchObject({ text: 'repaired: hello', receipt: { conversationId: 'c1' } });
  });

  it('knows a request that is past its retention from one that was never accepted', async () => {
    const gateway = await test.gateway();
    const { requestId } = await gateway.submitOnce('hello', idempotency);
    await test.redis.del(requestKey(requestId));
    const key = (await test.redis.keys('switchyard:*:idem:*'))[0] ?? '';
    expect(await gateway.mesh.idempotency.claim('demo', idempotency.key, idempotency.content, 'c9')).toMatchObject({ requestId, state: 'new' });
    await test.redis.hset(key, 'at', Date.now() - 2 * 3_600_000);
    expect(await gateway.mesh.idempotency.claim('demo', idempotency.key, idempotency.content, 'c9')).toMatchObject({ requestId, state: 'over' });
  });
});

describe('a stored request', () => {
  it('is shown to its own tenant only', async () => {
    const gateway = await test.gateway();
    const { requestId } = await gateway.submit('hello', { conversationId: 'c1' });
    expect(await gateway.mesh.requests.get('demo', requestId)).toMatchObject({ requestId, conversationId: 'c1', state: 'accepted' });
    expect(await gateway.mesh.requests.get('other', requestId)).toBeUndefined();
    expect(await gateway.mesh.requests.cancel('other', requestId)).toBeUndefined();
    expect(await gateway.mesh.requests.get('demo', 'unheard-of')).toBeUndefined();
    await expect(gateway.submit('hello', { requestId, tenant: 'other', conversationId: 'c1' })).rejects.toMatchObject({ code: 'JOB_INVALID' });
  });

  it('takes its deadline from the clock of Redis', async () => {
    const gateway = await test.gateway();
    const { acceptedAt, deadlineAt } = await gateway.submit('hello', { deadlineMs: 7_000 });
    const [seconds = 0] = await test.redis.time();
    expect(deadlineAt - acceptedAt).toBe(7_000);
    expect(Math.abs(acceptedAt / 1_000 - seconds)).toBeLessThan(3);
  });

  it('is gone after its retention, as is everything else that was written for it', async () => {
    const gateway = await test.gateway();
    await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('hello'))) });
    await gateway.submitOnce('hello', idempotency);
    await (await gateway.ask('hello')).reply;
    gateway.mesh.availability.announce('expert', true);
    await waitFor(() => test.redis.exists('switchyard:available:expert'));
    // Bounded by their length, or by the number of tenants; those of a queue by that of its jobs.
    const isBounded = (key: string): boolean => key === 'switchyard:audit' || /:\{p\d\d\}:usage$/.test(key) || !/^switchyard:(?:[a-z]|\{p\d\d\})/.test(key);
    for (const key of (await test.redis.keys('switchyard:*')).filter((key) => !isBounded(key))) {
      expect([key, (await test.redis.pttl(key)) > 0]).toEqual([key, true]);
    }
  });
});

describe('the sweeper of deadlines', () => {
  it('ends a request that no tier took, in the language of the customer, and tells the client', async () => {
    const gateway = await test.gateway();
    const { redis, store, endings } = gateway.mesh;
    const sweeper = new DeadlineSweeper(redis, store, endings);
    sweeper.start();
    try {
      const asked = await gateway.ask('你好', { deadlineMs: 50, language: 'zh' });
      const reply = await asked.reply;
      expect(reply).toMatchObject({ text: 'expired（中文）', receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
      expect(await test.redis.keys('switchyard:*:pending')).toEqual([]);
    } finally {
      await sweeper.stop();
    }
  });

  it('leaves alone what is not overdue, and takes out what has no record', async () => {
    const gateway = await test.gateway();
    const { redis, store, endings } = gateway.mesh;
    const { requestId } = await gateway.submit('hello');
    const pending = `${baseOfRequest(requestId)}pending`;
    await test.redis.zadd(pending, '1', `01a20b88-4e4e-7429-a33c-e54d884a20${requestId.slice(-2)}`);
    expect(await new DeadlineSweeper(redis, store, endings).sweep()).toBe(0);
    expect(await test.redis.zrange(pending, '0', '-1')).toEqual([requestId]);
  });
});
