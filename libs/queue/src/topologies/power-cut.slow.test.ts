import { describe, expect, it } from 'vitest';
import { hasCompiler, startPowerCutRedis, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { inWords, underFlow } from '../__fixtures__/steady-flow.js';

const CUTS = 3;

describe.skipIf(!hasCompiler())('a power cut', () => {
  it.concurrent.each([
    ['durable', 'always', 0],
    // Synced once a second, and what that takes, where the disk keeps up.
    ['standard', 'everysec', 2_000],
  ] as const)('takes from a mesh that is %s, with appendfsync %s, what was accepted in its last %i ms at most', async (profile, appendfsync, lastMs) => {
    const redis = await startPowerCutRedis({ appendfsync });
    const test = await TestMesh.start({ servers: redis, env: { DURABILITY: profile } });
    try {
      const cuts: { readonly from: number; readonly to: number }[] = [];
      const account = await underFlow(test, { seed: 17, perSecond: 60 }, async (flow) => {
        for (let cut = 0; cut < CUTS; cut++) {
          const from = performance.now() - lastMs;
          const { lostBytes } = await redis.cutPower();
          cuts.push({ from, to: performance.now() });
          await redis.restart();
          const [before, upAt] = [flow.accepted.length, performance.now()];
          await waitFor(() => flow.accepted.length > before, 10_000);
          console.log(`${profile}: ${lostBytes} bytes gone; requests are taken again ${Math.round(performance.now() - upAt)} ms after Redis is back`);
          await waitFor(() => flow.accepted.length > before + 60, 20_000);
        }
      });
      console.log(`${profile}: ${inWords(account)}`);
      expect(account.otherwise).toEqual([]);
      expect(account.lost.filter(({ at }) => profile === 'durable' || !cuts.some(({ from, to }) => from < at && at < to))).toEqual([]);
      // What a client was told in the last moments is taken back with the rest, and said anew.
      expect(profile === 'durable' ? account.twice : []).toEqual([]);
    } finally {
      await test.stop();
    }
  }, 60_000);
});
