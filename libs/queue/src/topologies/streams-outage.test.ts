import { expect, it } from 'vitest';
import { startRedis, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { inWords, underFlow } from '../__fixtures__/steady-flow.js';

it('the Redis of streams may be away: requests are taken, and have their end where the gateway looks for it, and its return is noticed', async () => {
  const [jobs, streams] = await Promise.all([startRedis(), startRedis()]);
  const servers = { url: jobs.url, stop: async () => void (await Promise.all([jobs.stop(), streams.stop()])) };
  const test = await TestMesh.start({ servers, env: { STREAMS_REDIS_URL: streams.url } });
  try {
    const account = await underFlow(test, { seed: 19 }, async (flow, { mesh }) => {
      await streams.crash();
      const [downAt, before] = [performance.now(), flow.accepted.length];
      await waitFor(() => flow.accepted.length > before + 60, 20_000);
      // A client's gateway reads the stored reply, as long as nothing comes by the stream.
      const silent = flow.accepted.filter(({ at }) => at > downAt).slice(0, 60);
      await waitFor(async () => (await Promise.all(silent.map(({ requestId }) => mesh.requests.get('demo', requestId)))).every((stored) => stored?.reply));
      expect(silent.flatMap(({ frames }) => frames)).toEqual([]);
      await streams.restart();
      const upAt = performance.now();
      // The tier may come back to it a moment after the gateway: a piece that it could not write is in the reply, too.
      await waitFor(() => flow.accepted.some(({ at, frames }) => at > upAt && frames.map(({ kind }) => kind).join(' ') === 'delta reply'), 5_000);
      console.log(`pieces and reply come by the stream ${Math.round(performance.now() - upAt)} ms after it is back`);
    });
    console.log(inWords(account));
    expect(account).toMatchObject({ lost: [], twice: [], otherwise: [], refused: 0 });
  } finally {
    await test.stop();
  }
}, 60_000);
