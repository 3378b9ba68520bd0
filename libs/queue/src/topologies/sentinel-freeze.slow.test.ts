import { expect, it } from 'vitest';
import { startSentinel, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { inWords, underFlow } from '../__fixtures__/steady-flow.js';

const FROZEN_MS = 20_000;

it.concurrent.each([
  ['durable, with a replica that is waited for', { DURABILITY: 'durable', DURABLE_REPLICAS: 1 }, true],
  ['standard', {}, false],
] as const)('a master of sentinels that freezes for 20 s: %s', async (name, env, mustKeepAll) => {
  const group = await startSentinel({ minReplicasToWrite: 1 });
  const test = await TestMesh.start({ servers: group, env });
  try {
    const account = await underFlow(test, { seed: 11 }, async (flow) => {
      const frozenAt = performance.now();
      const thaw = await group.freezeMaster();
      await waitFor(() => performance.now() - frozenAt > FROZEN_MS, 2 * FROZEN_MS, 50);
      thaw();
      const before = flow.accepted.length;
      await waitFor(() => flow.accepted.length > before + 90, 40_000);
      await group.settled();
    });
    console.log(`${name}: ${inWords(account)}`);
    expect(account.twice).toEqual([]);
    expect(mustKeepAll ? [...account.lost, ...account.otherwise] : []).toEqual([]);
    expect(account.gapMs).toBeLessThan(8_000);
  } finally {
    await test.stop();
  }
}, 150_000);
