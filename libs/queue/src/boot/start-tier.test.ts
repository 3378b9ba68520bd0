import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { scriptedModule } from '../__fixtures__/scripted-tiers.js';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { Readiness, type Check } from './readiness.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

it('tells over HTTP that it lives, and that it is ready when all it needs is up', async () => {
  let model: Check = 'up';
  const tier = await test.tier({});
  tier.app.get(Readiness).add(async () => ({ model }));
  const ready = async (): Promise<[number, unknown]> => {
    const response = await fetch(`${tier.url}/health/ready`);
    return [response.status, await response.json()];
  };
  expect((await fetch(`${tier.url}/health/live`)).status).toBe(200);
  expect(await ready()).toEqual([200, { status: 'up', checks: { running: 'up', redis: 'up', model: 'up' } }]);
  // Missed, and not needed.
  model = 'away';
  expect(await ready()).toEqual([200, { status: 'up', checks: { running: 'up', redis: 'up', model: 'away' } }]);
  model = 'down';
  expect(await ready()).toEqual([503, { status: 'down', checks: { running: 'up', redis: 'up', model: 'down' } }]);
});

it('counts jobs, times and outcomes, and measures its backlog', async () => {
  const tier = await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('hello'))) });
  const gateway = await test.gateway();
  await (await gateway.ask('hello')).reply;
  const text = await waitFor(async () => {
    const metrics = await (await fetch(`${tier.url}/metrics`)).text();
    return metrics.includes('switchyard_job_seconds_count') ? metrics : undefined;
  });
  expect(text).toMatch(/switchyard_outcomes_total\{[^}]*outcome="answered"[^}]*answered_by="worker"[^}]*\} 1/);
  expect(text).toMatch(/switchyard_job_wait_seconds_count\{[^}]*queue="dispatch"/);
  expect(text).toMatch(/switchyard_queue_waiting\{[^}]*queue="dispatch"[^}]*\} 0/);
  expect(text).toMatch(/switchyard_queue_oldest_seconds\{[^}]*queue="worker"[^}]*\} 0/);
});

it('lets a job in its hands finish before the app takes down what the job needs', async () => {
  const events: string[] = [];
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  const config = test.config('tier');
  const module = scriptedModule(config, {
    dispatch: async (_job, context) => {
      start();
      await goOn;
      events.push('answered');
      await context.reply(answer('hello'));
    },
  });
  const database = { provide: 'DATABASE', useFactory: () => ({ onModuleDestroy: () => void events.push('database closed') }) };
  const tier = await test.tier({}, { config, module: { ...module, providers: [...(module.providers ?? []), database] } });
  const gateway = await test.gateway();
  const asked = await gateway.ask('hello');
  await started;
  const closed = tier.close();
  // It says over HTTP that it is to be given no more work, and is there until it has done what it has.
  await waitFor(async () => (await fetch(`${tier.url}/health/ready`)).status === 503);
  release();
  expect((await asked.reply).text).toBe('hello');
  await closed;
  expect(events).toEqual(['answered', 'database closed']);
});

it('closes in bounded time while Redis is down, with a job in its hands', async () => {
  const other = await TestMesh.start();
  try {
    const { promise: started, resolve } = Promise.withResolvers<void>();
    const tier = await other.tier({
      dispatch: () => {
        resolve();
        return new Promise(() => undefined);
      },
    });
    const gateway = await other.gateway();
    await gateway.submit('hello');
    await started;
    await other.server.crash();
    await waitFor(() => gateway.mesh.redis.status !== 'ready');
    const closedAt = performance.now();
    await tier.close();
    expect(performance.now() - closedAt).toBeLessThan(5_000);
  } finally {
    await other.stop();
  }
});
