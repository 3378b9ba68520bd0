import { expect, it } from 'vitest';
import { deferred, waitFor } from '@switchyard/testing';
import { answer, TestMesh, topologies } from '../__fixtures__/test-mesh.js';
import type { Mesh } from '../boot/mesh.js';
import { MESH } from '../boot/tokens.js';

/** What closes after the drain, and what it is raced with. */
const SLACK_MS = 2_500;

it.concurrent.each(Object.entries(topologies))('on %s, a gateway and a tier with a job in hand close in bounded time while it is away, and leave nobody waiting', async (_name, start) => {
  const options = await start();
  const test = await TestMesh.start({ ...options, servers: { url: options.servers?.url ?? '', stop: async () => undefined } });
  try {
    const started = deferred();
    const config = test.config('tier');
    const tier = await test.tier(
      {
        dispatch: async (job, context) => {
          if (job.private.text === 'in work') {
            started.resolve();
            await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          }
          await context.reply(answer('done'));
        },
      },
      { config, drainMs: 1_000 },
    );
    const gateway = await test.gateway();
    await (await gateway.ask('hello')).reply;
    await gateway.submit('in work');
    await started.promise;
    await options.servers?.stop();
    const mesh = tier.app.get<Mesh>(MESH, { strict: false });
    const patient = await mesh.patientRedis();
    await waitFor(() => patient.status !== 'ready' && gateway.mesh.redis.status !== 'ready');
    // Operations that nobody will answer.
    const { store } = await mesh.surroundings('worker');
    const left = [store.complete({ queue: 'dispatch', jobId: 'x', token: 'x' }), patient.get('x'), gateway.mesh.store.usage(), gateway.mesh.requests.get('demo', 'x')].map((work: Promise<unknown>) => work.then(() => 'done', () => 'failed'));
    const closedAt = performance.now();
    await Promise.all([tier.close(), gateway.mesh.onApplicationShutdown()]);
    expect(performance.now() - closedAt).toBeLessThan(1_000 + SLACK_MS);
    expect(await Promise.all(left)).toEqual(['failed', 'failed', 'failed', 'failed']);
    await waitFor(() => [patient, gateway.mesh.redis, gateway.mesh.streams].every(({ status }) => status === 'end'));
  } finally {
    await test.stop();
  }
}, 60_000);
