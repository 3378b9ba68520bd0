import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, waitFor } from '@switchyard/testing';
import { spawnChildTier, type ChildTier } from '../__fixtures__/spawn-child-tier.js';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';

let test: TestMesh;
let child: ChildTier | undefined;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(async () => {
  if (child?.process.exitCode === null && child.process.signalCode === null) await child.end('SIGKILL');
  await test.clear();
});
afterAll(() => test.stop());

describe('a tier whose process is killed', () => {
  it('has its job taken over within seconds, and the client gets one reply', async () => {
    child = spawnChildTier(test.config('child'), 60_000);
    await child.says('"listening"');
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello', { deadlineMs: 30_000 });
    await child.says('dispatching');
    await waitFor(() => asked.frames.length === 1);
    expect(await child.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });

    const killedAt = performance.now();
    await test.tier({
      dispatch: async (_job, context) => {
        context.delta('from its successor');
        await context.reply(answer(`run ${context.attempt}`));
      },
    });
    expect((await asked.reply).text).toBe('run 2');
    expect(performance.now() - killedAt).toBeLessThan(12_000);
    // The second run's pieces supersede those of the first.
    expect(asked.frames.map((frame) => [frame.kind, frame.epoch])).toEqual([['delta', 1], ['delta', 2], ['reply', 2]]);
  }, 40_000);
});

describe('a tier that is told to end', () => {
  it('finishes the job in its hands and ends with exit code 0', async () => {
    child = spawnChildTier(test.config('child'), 700);
    await child.says('"listening"');
    const gateway = await test.gateway();
    const asked = await gateway.ask('hello');
    await child.says('dispatching');
    expect(await child.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect((await asked.reply).text).toBe('from the child');
  }, 40_000);

  it('ends soon with exit code 0 when Redis is away, too', async () => {
    const other = await TestMesh.start();
    try {
      child = spawnChildTier(other.config('child'), 60_000);
      await child.says('"listening"');
      await other.server.crash();
      await child.says('the connection to Redis is lost');
      const toldAt = performance.now();
      expect(await child.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(performance.now() - toldAt).toBeLessThan(6_000);
    } finally {
      await other.stop();
    }
  }, 40_000);
});

describe('a tier that cannot reach Redis', () => {
  it('does not start: it names the address and ends with exit code 1', async () => {
    const port = await freePort();
    child = spawnChildTier({ ...test.config('child'), REDIS_URL: `redis://user:secret@127.0.0.1:${port}` }, 0);
    await child.says(`QUEUE_UNAVAILABLE: Redis at 127.0.0.1:${port} cannot be reached`);
    await expect(child.says('secret')).rejects.toThrow('ended with 1');
  }, 40_000);
});
