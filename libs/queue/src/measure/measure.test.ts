import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { deferred, waitFor } from '@switchyard/testing';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { Availability } from './availability.js';
import { Backlog } from './backlog.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

it('measures what waits, what is in work, and the age of the oldest of all lanes', async () => {
  const gateway = await test.gateway();
  const { redis, clock } = gateway.mesh;
  const read = (): ReturnType<Backlog['read']> => new Backlog(redis, clock).read();
  expect((await read()).dispatch).toMatchObject({ waiting: 0, active: 0, oldestMs: 0, capacityPerSecond: undefined });

  // The oldest is of the least urgent lane, behind all others in the queue.
  const oldest = await gateway.submit('old', { lane: 'bulk' });
  await waitFor(() => clock.now() > oldest.acceptedAt + 250);
  for (const lane of ['interactive', 'normal', 'interactive'] as const) await gateway.submit('young', { lane });
  const waiting = await read();
  expect(waiting.dispatch.waiting).toBe(4);
  expect(waiting.dispatch.oldestMs).toBeGreaterThanOrEqual(200);
  expect(waiting.dispatch.oldestMs).toBeLessThan(10_000);
  expect(waiting.worker.waiting).toBe(0);
  const facts = await gateway.mesh.state.read('demo');
  expect(facts.backlog).toMatchObject({ dispatch: 4, worker: 0 });
  expect(facts.oldestMs).toMatchObject({ dispatch: expect.any(Number), worker: 0 });
  expect(facts.oldestMs.dispatch).toBeGreaterThanOrEqual(200);

  const hold = deferred();
  await test.tier({
    dispatch: async (_job, context) => {
      await hold.promise;
      await context.reply(answer('done'));
    },
  });
  await waitFor(async () => (await read()).dispatch.active === 4);
  expect((await read()).dispatch.waiting).toBe(0);
  hold.resolve();
});

it('takes urgent jobs first, whenever they came', async () => {
  const gateway = await test.gateway();
  for (const lane of ['bulk', 'normal', 'interactive'] as const) await gateway.submit(lane, { lane });
  const order: string[] = [];
  await test.tier(
    {
      dispatch: async (job, context) => {
        order.push(job.private.text);
        await context.reply(answer('done'));
      },
    },
    { config: { ...test.config('tier'), CONCURRENCY: 1 } },
  );
  await waitFor(() => order.length === 3);
  expect(order).toEqual(['interactive', 'normal', 'bulk']);
});

it('knows a thing as available while any instance has it', async () => {
  const { mesh } = await test.gateway();
  const one = new Availability(mesh.redis, mesh.clock, 'one');
  const two = new Availability(mesh.redis, mesh.clock, 'two');
  const read = (): Promise<{ localModel: boolean; expert: boolean }> => new Availability(mesh.redis, mesh.clock, 'reader').read();
  expect(await read()).toEqual({ localModel: false, expert: false });
  one.announce('localModel', true);
  two.announce('localModel', true);
  await waitFor(async () => (await test.redis.zcard('switchyard:available:localModel')) === 2);
  one.announce('localModel', false);
  await waitFor(async () => (await test.redis.zcard('switchyard:available:localModel')) === 1);
  expect(await read()).toEqual({ localModel: true, expert: false });
  await two.stop();
  expect(await read()).toEqual({ localModel: false, expert: false });
  await one.stop();
});

it('forgets an instance that died', async () => {
  const { mesh } = await test.gateway();
  const dead = mesh.clock.now() - 1;
  await test.redis.zadd('switchyard:available:expert', dead, 'dead');
  expect(await mesh.availability.read()).toEqual({ localModel: false, expert: false });
});
