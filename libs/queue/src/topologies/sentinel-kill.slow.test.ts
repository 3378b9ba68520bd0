import { expect, it } from 'vitest';
import { startSentinel, waitFor } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { Mesh } from '../boot/mesh.js';
import { inWords, underFlow } from '../__fixtures__/steady-flow.js';

it.concurrent.each([
  ['standard', {}],
  ['durable, with a replica that is waited for', { DURABILITY: 'durable', DURABLE_REPLICAS: 1 }],
] as const)('a master of sentinels that is killed costs no accepted request, and new ones are taken again soon: %s', async (name, env) => {
  const group = await startSentinel();
  const test = await TestMesh.start({ servers: group, env });
  try {
    const promising = { ...test.config('gateway'), DURABILITY: 'durable', DURABLE_REPLICAS: 0 } as const;
    await expect(Mesh.open(promising, testSite)).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'DURABILITY' });
    const account = await underFlow(test, { seed: 7 }, async (flow) => {
      await group.killMaster();
      const before = flow.accepted.length;
      await waitFor(() => flow.accepted.length > before + 90, 40_000);
    });
    console.log(`${name}: ${inWords(account)}`);
    expect(account).toMatchObject({ lost: [], twice: [], otherwise: [] });
    expect(account.gapMs).toBeLessThan(5_000);
  } finally {
    await test.stop();
  }
}, 90_000);
