import { firstValueFrom, lastValueFrom, timeout } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExplainJob, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { deferred, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { CANCEL_CHANNEL } from '../redis-keys.js';
import { QueueClient } from './queue-client.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const request = { tenant: 'demo', body: { subject: 'r1' }, private: {}, timeoutMs: 5_000 };

describe('a call', () => {
  it('comes back with what the handler returned', async () => {
    const { mesh } = await test.gateway();
    await test.tier({ explain: async (job) => ({ subject: job.body.subject, words: '说明' }) });
    expect(await mesh.client.call(ExplainJob, request)).toEqual({ subject: 'r1', words: '说明' });
  });

  it('fails with the error of the handler, its code, field and wait', async () => {
    const { mesh } = await test.gateway();
    await test.tier({
      explain: async () => {
        throw new MeshError('DOCUMENT_UNKNOWN', 'r1', { field: 'subject', retryAfterMs: 700 });
      },
    });
    await expect(mesh.client.call(ExplainJob, request)).rejects.toMatchObject({ code: 'DOCUMENT_UNKNOWN', detail: 'r1', field: 'subject', retryAfterMs: 700 });
  });

  it('is tried again for a passing error before it fails', async () => {
    const { mesh } = await test.gateway();
    await test.tier({
      explain: async (_job, context) => {
        if (context.attempt === 1) throw new MeshError('DATABASE_UNAVAILABLE', 'a moment');
        return 'at last';
      },
    });
    expect(await mesh.client.call(ExplainJob, request)).toBe('at last');
  });

  it('gives up at its timeout', async () => {
    const { mesh } = await test.gateway();
    await expect(mesh.client.call(ExplainJob, { ...request, timeoutMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE_PASSED' });
  });

  it('is refused before it is queued when it breaks its contract, and the field is named but not its value', async () => {
    const { mesh } = await test.gateway();
    const bad = { ...request, body: { subject: 42 as unknown as string } };
    await expect(mesh.client.call(ExplainJob, bad)).rejects.toMatchObject({ code: 'JOB_INVALID', field: 'explain.body.subject' });
  });

  it('is refused when it is too large for its queue', async () => {
    const { mesh } = await test.gateway();
    const large = { ...request, body: { subject: 'x'.repeat(300_000) } };
    await expect(mesh.client.call(ExplainJob, large)).rejects.toMatchObject({ code: 'JOB_TOO_LARGE' });
  });
});

describe('the Nest client', () => {
  it('sends by the kind of the job and emits the result', async () => {
    const { mesh } = await test.gateway();
    await test.tier({ explain: async (job) => job.body.subject.toUpperCase() });
    const client = new QueueClient(mesh.client);
    expect(await lastValueFrom(client.send('explain', request))).toBe('R1');
  });

  it('errors with the MeshError of the handler', async () => {
    const { mesh } = await test.gateway();
    await test.tier({
      explain: async () => {
        throw new MeshError('REQUEST_UNKNOWN', 'r1');
      },
    });
    await expect(lastValueFrom(new QueueClient(mesh.client).send('explain', request))).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' });
    await expect(lastValueFrom(new QueueClient(mesh.client).send('no-such-kind', request))).rejects.toMatchObject({ code: 'JOB_INVALID' });
  });

  it('aborts the handler when it is unsubscribed, and does not when the call succeeded', async () => {
    const { mesh } = await test.gateway();
    const aborted = deferred<unknown>();
    const signals: AbortSignal[] = [];
    await test.tier({
      explain: (job, context) => {
        signals.push(context.signal);
        if (job.body.subject === 'quick') return Promise.resolve('done');
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => {
            aborted.resolve(context.signal.reason);
            reject(new Error('aborted'));
          });
        });
      },
    });
    const client = new QueueClient(mesh.client);
    const cancelled: string[] = [];
    const listener = test.redis.duplicate();
    await listener.subscribe(CANCEL_CHANNEL);
    listener.on('message', (_channel, callId) => cancelled.push(callId));
    await firstValueFrom(client.send('explain', { ...request, body: { subject: 'quick' } }));
    await expect(firstValueFrom(client.send('explain', request).pipe(timeout(200)))).rejects.toThrow('Timeout');
    expect(await aborted.promise).toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(signals[0]?.aborted).toBe(false);
    await waitFor(() => cancelled.length > 0);
    // Of the two calls, the one that ran into its timeout.
    expect(cancelled).toHaveLength(1);
    listener.disconnect();
  });

  it('emits a job that nobody waits for', async () => {
    const { mesh } = await test.gateway();
    const seen = deferred<JobInput<typeof ExplainJob>>();
    await test.tier({ explain: async (job) => seen.resolve(job) });
    await lastValueFrom(new QueueClient(mesh.client).emit('explain', request), { defaultValue: undefined });
    expect((await seen.promise).body.subject).toBe('r1');
  });
});
