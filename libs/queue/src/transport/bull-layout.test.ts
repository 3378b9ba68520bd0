import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { MeshError } from '@switchyard/errors';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { bullQueueName, KEY_PREFIX } from '../redis-keys.js';

// The store writes jobs by a script of its own. BullMQ as it is published, without a line of ours, must read them all the
// same: dashboards, exporters and whoever repairs something at night use it.
let test: TestMesh;
let redis: Redis;
let queue: Queue;
beforeAll(async () => {
  test = await TestMesh.start();
  redis = new Redis(test.server.url, { maxRetriesPerRequest: null });
  queue = new Queue(bullQueueName('dispatch'), { connection: redis, prefix: KEY_PREFIX });
});
afterEach(() => test.clear());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await test.stop();
});

it('BullMQ counts and shows jobs that wait, in the order in which they will be taken', async () => {
  const gateway = await test.gateway();
  const bulk = await gateway.submit('later', { lane: 'bulk' });
  const first = await gateway.submit('first');
  const second = await gateway.submit('second');
  expect(await queue.getJobCounts('prioritized', 'active', 'wait', 'delayed', 'failed')).toEqual({ prioritized: 3, active: 0, wait: 0, delayed: 0, failed: 0 });
  const jobs = await queue.getPrioritized();
  expect(jobs.map(({ id }) => id)).toEqual([first, second, bulk].map(({ requestId }) => `${requestId}.dispatch.0`));
  const [job] = jobs;
  expect(job).toMatchObject({ name: 'dispatch', data: { requestId: first.requestId, kind: 'dispatch', hop: 0 }, opts: { attempts: 3, priority: 1 }, attemptsMade: 0, attemptsStarted: 0 });
  expect(Math.abs((job?.timestamp ?? 0) - Date.now())).toBeLessThan(10_000);
  expect(await job?.getState()).toBe('prioritized');
});

it('BullMQ\'s own worker does a job of ours', async () => {
  const gateway = await test.gateway();
  const { requestId } = await gateway.submit('hello');
  const done = Promise.withResolvers<Job>();
  const worker = new Worker(queue.name, async (job) => ({ saw: job.data.requestId }), { connection: redis.duplicate(), prefix: KEY_PREFIX });
  worker.on('completed', done.resolve);
  worker.on('failed', (_job, error) => done.reject(error));
  expect(await done.promise).toMatchObject({ id: `${requestId}.dispatch.0`, returnvalue: { saw: requestId } });
  expect(await queue.getJobCountByTypes('completed')).toBe(1);
  await worker.close();
});

it('shows BullMQ a job in work, one that waits for its next try, and one that failed for good', async () => {
  const gateway = await test.gateway();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  await test.tier({
    dispatch: async (job, context) => {
      if (job.private.text === 'again' && context.attempt === 1) throw new MeshError('MODEL_UNAVAILABLE', 'scripted');
      if (job.private.text === 'broken') throw new MeshError('MODEL_MISSING', 'scripted');
      if (job.private.text === 'slow') await goOn;
      await context.reply(answer('done'));
    },
  });
  const slow = await gateway.ask('slow');
  const again = await gateway.ask('again');
  const broken = await gateway.ask('broken');
  await broken.reply;
  await waitFor(async () => (await queue.getFailedCount()) === 1);
  expect(await queue.getActive()).toMatchObject([{ id: `${slow.submitted.requestId}.dispatch.0`, attemptsStarted: 1 }]);
  expect(await queue.getFailed()).toMatchObject([{ id: `${broken.submitted.requestId}.dispatch.0`, failedReason: expect.stringContaining('MODEL_MISSING'), attemptsMade: 1 }]);
  release();
  expect((await again.reply).text).toBe('done');
  await slow.reply;
  await waitFor(async () => (await queue.getActiveCount()) === 0);
});

it('takes a job that BullMQ itself puts back', async () => {
  let broken = true;
  const gateway = await test.gateway();
  const seen: number[] = [];
  await test.tier({
    dispatch: async (_job, context) => {
      seen.push(context.attempt);
      if (broken) throw new MeshError('MODEL_MISSING', 'scripted');
      await context.reply(answer('done'));
    },
  });
  const asked = await gateway.ask('broken');
  await asked.reply;
  const [job] = await waitFor(async () => ((await queue.getFailedCount()) === 1 ? queue.getFailed() : undefined));
  broken = false;
  await job?.retry();
  // Its request has ended, so nobody asks the handler again; the job is done.
  await waitFor(async () => (await queue.getJob(asked.submitted.requestId + '.dispatch.0')) === undefined);
  expect(seen).toEqual([1]);
});
