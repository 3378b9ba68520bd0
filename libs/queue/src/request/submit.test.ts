import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
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
    const first = await gateway.submit('hello', { idempotency });
    const second = await gateway.submit('hello', { idempotency });
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
    expect((await gateway.submit('hello', { idempotency })).state).toBe('done');
    expect(runs).toBe(1);
  });

  it('is refused with another body', async () => {
    const gateway = await test.gateway();
    await gateway.submit('hello', { idempotency });
    await expect(gateway.submit('bye', { idempotency: { ...idempotency, content: '{"text":"bye"}' } })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('belongs to its tenant', async () => {
    const gateway = await test.gateway();
    const mine = await gateway.submit('hello', { idempotency });
    expect((await gateway.submit('hello', { idempotency, tenant: 'other' })).requestId).not.toBe(mine.requestId);
  });

  it('repairs a request whose gateway died before it was enqueued', async () => {
    const gateway = await test.gateway();
    const first = await gateway.submit('hello', { idempotency });
    const around = await gateway.mesh.surroundings('gateway');
    await around.queues.queue('dispatch').obliterate({ force: true });
    await gateway.submit('hello', { idempotency });
    await test.tier({ dispatch: async (job, context) => void (await context.reply(answer(`repaired: ${job.private.text}`))) });
    const reply = await waitFor(async () => (await gateway.mesh.requests.get('demo', first.requestId))?.reply);
    expect(reply.text).toBe('repaired: hello');
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
    await expect(gateway.submit('hello', { requestId, tenant: 'other' })).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' });
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
    await (await gateway.ask('hello', { idempotency })).reply;
    gateway.mesh.availability.announce('expert', true);
    await waitFor(() => test.redis.exists('switchyard:available:expert'));
    const bounded = new Set(['switchyard:pending', 'switchyard:audit']);
    for (const key of (await test.redis.keys('switchyard:*')).filter((key) => !key.startsWith('switchyard:{') && !bounded.has(key))) {
      expect([key, (await test.redis.pttl(key)) > 0]).toEqual([key, true]);
    }
  });
});

describe('the sweeper of deadlines', () => {
  it('ends a request that no tier took, in the language of the customer, and tells the client', async () => {
    const gateway = await test.gateway();
    const { redis, requests, clock } = gateway.mesh;
    const sweeper = new DeadlineSweeper(redis, requests, clock);
    sweeper.start();
    try {
      const asked = await gateway.ask('你好', { deadlineMs: 50, language: 'zh' });
      const reply = await asked.reply;
      expect(reply).toMatchObject({ text: 'expired（中文）', receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
      expect(await test.redis.zcard('switchyard:pending')).toBe(0);
    } finally {
      await sweeper.stop();
    }
  });

  it('leaves alone what is not overdue, and takes out what has no record', async () => {
    const gateway = await test.gateway();
    const { redis, requests, clock } = gateway.mesh;
    await gateway.submit('hello', { requestId: 'in-time' });
    await test.redis.zadd('switchyard:pending', '1', 'past-its-retention');
    expect(await new DeadlineSweeper(redis, requests, clock).sweep()).toBe(0);
    expect(await test.redis.zrange('switchyard:pending', '0', '-1')).toEqual(['in-time']);
  });
});
