import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { Liveness, SILENT_MS, silentQueues } from './liveness.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const load = (waiting: number): Parameters<typeof silentQueues>[1] => {
  const one = { waiting, active: 0, oldestMs: 0, perSecond: 0, capacityPerSecond: undefined, share: undefined, virtual: 0, finishes: new Map() };
  return { dispatch: one, worker: one, retrieval: one, expert: one, ingest: one, audit: one, delivery: one };
};

it.each([
  ['has room, and jobs wait, and it took none for long', 5, SILENT_MS + 1, 3, ['dispatch']],
  ['took some a moment ago', 5, SILENT_MS - 1, 3, []],
  ['has its hands full', 0, SILENT_MS + 1, 3, []],
  ['has nothing to take', 5, SILENT_MS + 1, 0, []],
])('calls a worker silent, or not, that %s', (_name, room, silentMs, waiting, silent) => {
  expect(silentQueues([{ queue: 'dispatch', room, silentMs }], load(waiting))).toEqual(silent);
});

it('holds a check that cannot be made against nobody: with Redis away a restart would not help', async () => {
  const liveness = new Liveness();
  liveness.add(() => Promise.reject(new Error('Redis is away')));
  expect(await liveness.read()).toEqual({ alive: true, checks: {} });
});

it('says of a tier whose worker has gone silent that it does not live, and of an idle one that it does', async () => {
  const gateway = await test.gateway();
  const idle = await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('hello'))) });
  const live = async (url: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url}/health/live`);
    return { status: response.status, body: await response.json() };
  };
  await (await gateway.ask('hello')).reply;
  expect(await live(idle.url)).toEqual({ status: 200, body: { status: 'up', checks: { 'queue.dispatch': 'up', 'queue.worker': 'up', 'queue.audit': 'up' } } });
  await idle.close();

  // As a worker is after BullMQ's loop has been lost: connected, and never asking again.
  const silent = await test.tier({}, { silentAfterMs: 300 });
  await Promise.all(silent.strategy.unwrap().map((worker) => worker.pause()));
  await gateway.submit('nobody takes it');
  expect(await waitFor(async () => ((await live(silent.url)).status === 503 ? live(silent.url) : undefined))).toMatchObject({ body: { status: 'down', checks: { 'queue.dispatch': 'silent', 'queue.worker': 'up' } } });
});
