import { expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';

it('refuses at once while Redis is down, loses nothing that was accepted, and goes on when it is back', async () => {
  const test = await TestMesh.start({ durable: true });
  try {
    const gateway = await test.gateway();
    const { promise: isBack, resolve: comeBack } = Promise.withResolvers<void>();
    await test.tier({
      dispatch: async (job, context) => {
        if (job.private.text === 'in work') await isBack;
        await context.reply(answer(`answered: ${job.private.text}`));
      },
    });
    const inWork = await gateway.ask('in work');
    await waitFor(async () => (await gateway.mesh.requests.get('demo', inWork.submitted.requestId))?.state === 'working');

    await test.server.crash();
    await waitFor(() => gateway.mesh.redis.status !== 'ready');
    const askedAt = performance.now();
    await expect(gateway.submit('refused')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(gateway.mesh.requests.get('demo', inWork.submitted.requestId)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(gateway.mesh.backlog.read()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(performance.now() - askedAt).toBeLessThan(1_000);
    expect(await gateway.mesh.availability.read()).toEqual({ localModel: false, expert: false });

    await test.server.restart();
    comeBack();
    expect((await inWork.reply).text).toBe('answered: in work');
    await waitFor(() => gateway.mesh.redis.status === 'ready');
    expect((await (await gateway.ask('afterwards')).reply).text).toBe('answered: afterwards');
  } finally {
    await test.stop();
  }
});
