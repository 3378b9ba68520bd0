import { expect, it } from 'vitest';
import { startRedis, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { inWords, outage } from '../__fixtures__/steady-flow.js';

it('Redis may be down for 20 s: accepts fail at once, nothing accepted is lost, and every tier goes on soon after it is back', async () => {
  const redis = await startRedis({ appendfsync: 'always' });
  const test = await TestMesh.start({ servers: redis });
  try {
    const { account, answersAfterMs } = await outage(test, { seed: 31 }, redis, async (since) => void (await waitFor(() => performance.now() - since > 20_000, 30_000, 50)));
    console.log(`20 s: ${inWords(account)}; both tiers go on after ${answersAfterMs} ms`);
    expect(account).toMatchObject({ lost: [], twice: [], otherwise: [] });
    expect(account.slowestRefusalMs).toBeLessThan(200);
    expect(answersAfterMs).toBeLessThan(2_000);
  } finally {
    await test.stop();
  }
}, 120_000);
