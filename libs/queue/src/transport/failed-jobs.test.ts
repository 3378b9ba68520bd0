import type { Job } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExplainJob, type Envelope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { deferred, waitFor } from '@switchyard/testing';
import { answer, TestMesh, type Gateway } from '../__fixtures__/test-mesh.js';
import { JobQueues } from './job-queues.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const queuesOf = (gateway: Gateway): JobQueues => new JobQueues(gateway.mesh.redis);
const deadJob = async (gateway: Gateway, id: string): Promise<Job> => {
  const queue = queuesOf(gateway).queue('dispatch');
  return waitFor(async () => {
    const job = await queue.getJob(id);
    return job?.finishedOn ? job : undefined;
  });
};

describe('a handler that fails', () => {
  it('is not run again for an error that no repeat can mend, and the error keeps its code', async () => {
    const gateway = await test.gateway();
    let runs = 0;
    await test.tier({
      dispatch: async () => {
        runs += 1;
        throw new MeshError('MODEL_MISSING', 'qwen3:8b');
      },
    });
    const asked = await gateway.ask('你好', { body: { source: 'chat', language: 'zh' } });
    const reply = await asked.reply;
    expect(reply).toMatchObject({ text: 'handed over（中文）', receipt: { outcome: 'handed_over', tier: 'none' }, error: { code: 'MODEL_MISSING', title: 'The model is not installed on the model server.' } });
    const job = await deadJob(gateway, `${asked.submitted.requestId}.dispatch.0`);
    expect(job.failedReason).toBe('MODEL_MISSING: qwen3:8b');
    expect(runs).toBe(1);
  });

  it('is run again for a passing error, as often as its contract says, and then the request ends', async () => {
    const gateway = await test.gateway();
    const attempts: number[] = [];
    await test.tier({
      dispatch: async (_job, context) => {
        attempts.push(context.attempt);
        throw new MeshError('MODEL_OVERLOADED', 'busy');
      },
    });
    const asked = await gateway.ask('hello');
    expect(await asked.reply).toMatchObject({ receipt: { outcome: 'handed_over' }, error: { code: 'MODEL_OVERLOADED' } });
    expect(attempts).toEqual([1, 2, 3]);
    expect((await deadJob(gateway, `${asked.submitted.requestId}.dispatch.0`)).attemptsMade).toBe(3);
  });

  it('answers after all when a later attempt succeeds, and the failed one leaves nothing behind', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (_job, context) => {
        context.delta(`attempt ${context.attempt}`);
        if (context.attempt === 1) throw new MeshError('MODEL_UNAVAILABLE', 'down for a moment');
        await context.reply(answer('second attempt'));
      },
    });
    const asked = await gateway.ask('hello');
    expect(await asked.reply).toMatchObject({ text: 'second attempt', receipt: { outcome: 'answered' } });
    expect(asked.frames.map((frame) => [frame.kind, frame.epoch])).toEqual([['delta', 1], ['delta', 2], ['reply', 2]]);
  });

  it('ends at once when the wait for another attempt would outlast the deadline', async () => {
    const gateway = await test.gateway();
    let runs = 0;
    await test.tier({
      dispatch: async () => {
        runs += 1;
        throw new MeshError('MODEL_OVERLOADED', 'busy', { retryAfterMs: 60_000 });
      },
    });
    expect((await (await gateway.ask('hello')).reply).receipt.outcome).toBe('handed_over');
    expect(runs).toBe(1);
  });

  it('leaves no foreign message in Redis, which could quote the customer', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (job) => {
        throw new RangeError(`cannot parse ${job.private.text}`);
      },
    });
    const asked = await gateway.ask('my card is 4111');
    expect(await asked.reply).toMatchObject({ receipt: { outcome: 'failed' }, error: { code: 'INTERNAL' } });
    const job = await deadJob(gateway, `${asked.submitted.requestId}.dispatch.0`);
    expect(job.failedReason).toBe('INTERNAL: RangeError');
    expect(JSON.stringify(job.stacktrace)).not.toContain('4111');
  });

  it('fails the request when it neither passes it on nor ends it', async () => {
    const gateway = await test.gateway();
    await test.tier({ dispatch: async () => {} });
    expect(await (await gateway.ask('hello')).reply).toMatchObject({ receipt: { outcome: 'failed' }, error: { code: 'INTERNAL' } });
  });
});

describe('a job that outlives its workers', () => {
  it('is left to its new worker by one that lost it: that one is aborted and its failure does not count', async () => {
    const gateway = await test.gateway();
    const started = deferred();
    const aborted = deferred<unknown>();
    await test.tier({
      dispatch: async (_job, context) => {
        if (context.attempt > 1) return void (await context.reply(answer(`run ${context.attempt}`)));
        started.resolve();
        await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
        aborted.resolve(context.signal.reason);
        context.delta('a piece of the lost run');
        throw new MeshError('MODEL_REJECTED', 'whatever the lost run made of it');
      },
    });
    const asked = await gateway.ask('hello');
    await started.promise;
    // As after a pause that was longer than the lock.
    await test.redis.del(`switchyard:{dispatch}:${asked.submitted.requestId}.dispatch.0:lock`);
    expect(await aborted.promise).toMatchObject({ name: 'AbortError' });
    expect(await asked.reply).toMatchObject({ text: 'run 2', receipt: { outcome: 'answered' } });
    expect(asked.frames.map((frame) => frame.kind)).toEqual(['reply']);
  });

  it.each([
    ['three', 3, 0, 'answered'],
    ['three, of which one while it ran alone', 3, 1, 'failed'],
  ])('runs alone after two of them, and is taken for the cause when it loses one more: %s', async (_name, workers, alone, outcome) => {
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello');
    const id = `${asked.submitted.requestId}.dispatch.0`;
    // As workers that died with the job in their hands leave it.
    await test.redis.hset(`switchyard:{dispatch}:${id}`, { ats: workers, ...(alone > 0 ? { alone } : {}) });
    let runs = 0;
    await test.tier({
      dispatch: async (_job, context) => {
        runs += 1;
        await context.reply(answer('alone'));
      },
    });
    expect(await asked.reply).toMatchObject({ receipt: { outcome } });
    expect(runs).toBe(outcome === 'answered' ? 1 : 0);
    await waitFor(async () => (await queuesOf(gateway).queue('dispatch').getActiveCount()) === 0);
    const dead = await queuesOf(gateway).queue('dispatch').getFailed();
    expect(dead.map((job) => job.failedReason)).toEqual(outcome === 'failed' ? ['ATTEMPTS_EXHAUSTED: 3 workers were lost with this job'] : []);
  });

  it('takes no neighbour along: others wait while it runs alone', async () => {
    const gateway = await test.gateway();
    const suspect = await gateway.ask('suspect');
    await test.redis.hset(`switchyard:{dispatch}:${suspect.submitted.requestId}.dispatch.0`, 'ats', '2');
    const others = await Promise.all(['one', 'two', 'three'].map((text) => gateway.ask(text)));
    const inside = new Set<string>();
    const seen: string[] = [];
    await test.tier({
      dispatch: async (job, context) => {
        inside.add(job.private.text);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push([...inside].toSorted().join('+'));
        inside.delete(job.private.text);
        await context.reply(answer('done'));
      },
    });
    await Promise.all([suspect, ...others].map(({ reply }) => reply));
    expect(seen.filter((names) => names.includes('suspect'))).toEqual(['suspect']);
  });
});

describe('a deadline', () => {
  it('that passed while the job waited keeps it from its handler', async () => {
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello', { deadlineMs: 30 });
    await waitFor(() => gateway.mesh.clock.now() > asked.submitted.deadlineAt);
    let runs = 0;
    await test.tier({
      dispatch: async () => {
        runs += 1;
      },
    });
    expect(await asked.reply).toMatchObject({ text: 'expired (English)', receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
    expect(runs).toBe(0);
    expect(await queuesOf(gateway).queue('dispatch').getFailedCount()).toBe(0);
  });

  it('that passes during the work aborts it', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: (_job, context) => new Promise((_resolve, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))),
    });
    const asked = await gateway.ask('hello', { deadlineMs: 300 });
    expect(await asked.reply).toMatchObject({ receipt: { outcome: 'expired' }, error: { code: 'DEADLINE_PASSED' } });
  });
});

describe('a cancelled request', () => {
  it('aborts the work on it and ends as cancelled, in the words of the site', async () => {
    const gateway = await test.gateway();
    const started = deferred();
    const aborted = deferred<unknown>();
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
    const asked = await gateway.ask('你好', { language: 'zh' });
    await started.promise;
    expect(await gateway.mesh.requests.cancel('demo', asked.submitted.requestId)).toMatchObject({ state: 'done', outcome: 'cancelled' });
    expect(await aborted.promise).toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(await asked.reply).toMatchObject({ text: 'cancelled（中文）', receipt: { outcome: 'cancelled' } });
    expect(await queuesOf(gateway).queue('dispatch').getFailedCount()).toBe(0);
  });

  it('never reaches its handler when it was cancelled while it waited', async () => {
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello');
    await gateway.mesh.requests.cancel('demo', asked.submitted.requestId);
    let runs = 0;
    await test.tier({
      dispatch: async () => {
        runs += 1;
      },
    });
    await waitFor(async () => (await test.redis.keys('switchyard:{dispatch}:*.dispatch.0')).length === 0);
    expect(runs).toBe(0);
  });

  it('that was answered before stays answered', async () => {
    const gateway = await test.gateway();
    await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('quick'))) });
    const asked = await gateway.ask('hello');
    await asked.reply;
    expect(await gateway.mesh.requests.cancel('demo', asked.submitted.requestId)).toMatchObject({ outcome: 'answered', reply: { text: 'quick' } });
  });
});

describe('a job that cannot be read', () => {
  const spoilt: readonly (readonly [string, string, (envelope: Envelope) => unknown])[] = [
    ['breaks its contract', 'JOB_INVALID', (envelope) => ({ ...envelope, body: { source: 'carrier pigeon' } })],
    ['is no envelope at all', 'JOB_INVALID', (envelope) => ({ requestId: envelope.requestId, v: 1 })],
    ['is of a newer version', 'JOB_VERSION_UNKNOWN', (envelope) => ({ ...envelope, v: 2 })],
    ['was sealed for another request', 'SEAL_BROKEN', (envelope) => ({ ...envelope, requestId: envelope.requestId, sealed: { ...envelope.sealed, nonce: 'AAAAAAAAAAAAAAAA' } })],
  ];

  it.each(spoilt)('since it %s still ends in an outcome, with the code %s', async (_title, code, spoil) => {
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello');
    const id = `${asked.submitted.requestId}.dispatch.0`;
    const job = await queuesOf(gateway).queue('dispatch').getJob(id);
    await job?.updateData(spoil(job.data as Envelope));
    await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('never'))) });
    expect(await asked.reply).toMatchObject({ text: 'failed (English)', receipt: { outcome: 'failed' }, error: { code } });
    expect((await deadJob(gateway, id)).failedReason).toContain(`${code}: `);
  });

  it('tells the caller of a call, rather than letting it wait', async () => {
    const gateway = await test.gateway();
    const failure = gateway.mesh.client.call(ExplainJob, { tenant: 'demo', body: { subject: 'r1' }, private: {}, timeoutMs: 10_000 }).catch((error: unknown) => error);
    const queue = queuesOf(gateway).queue('audit');
    const job = await waitFor(async () => (await queue.getJobs(['prioritized']))[0]);
    await job.updateData({ ...(job.data as Envelope), body: {} });
    await test.tier({ explain: async () => ({}) });
    expect(await failure).toMatchObject({ code: 'JOB_INVALID', field: 'explain.body.subject' });
  });
});

describe('dead letters', () => {
  it('are listed for their tenant, and go on as a new request when they are redriven', async () => {
    const gateway = await test.gateway();
    let isBroken = true;
    await test.tier({
      dispatch: async (job, context) => {
        if (isBroken) throw new MeshError('MODEL_MISSING', 'qwen3:8b');
        await context.reply(answer(`mended: ${job.private.text}`));
      },
    });
    const asked = await gateway.ask('hello');
    await asked.reply;
    const id = `${asked.submitted.requestId}.dispatch.0`;
    await deadJob(gateway, id);
    const { deadLetters, requests } = gateway.mesh;
    expect(await deadLetters.list('demo', 10)).toMatchObject([{ id, queue: 'dispatch', kind: 'dispatch', code: 'MODEL_MISSING', detail: 'qwen3:8b', attempts: 1 }]);
    expect(await deadLetters.list('other', 10)).toEqual([]);
    expect(await deadLetters.redrive('other', id)).toBeUndefined();

    isBroken = false;
    const redriven = await deadLetters.redrive('demo', id);
    expect(redriven).not.toBe(asked.submitted.requestId);
    const done = await waitFor(async () => (await requests.get('demo', redriven ?? ''))?.reply);
    expect(done.text).toBe('mended: hello');
    expect(await deadLetters.list('demo', 10)).toEqual([]);
    expect((await requests.get('demo', asked.submitted.requestId))?.outcome).toBe('handed_over');
  });
});
