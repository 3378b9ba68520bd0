import { expect, it } from 'vitest';
import { startRedis, startRedisCluster, waitFor } from '@switchyard/testing';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { inWords, outage } from '../__fixtures__/steady-flow.js';

/** A Redis, and what makes all of it crash and come back. */
const servers: Readonly<Record<string, () => Promise<{ readonly url: string; crash(): Promise<void>; restart(): Promise<void>; stop(): Promise<void> }>>> = {
  'one Redis': () => startRedis({ appendfsync: 'always' }),
  'a cluster': async () => {
    const cluster = await startRedisCluster({ masters: 3, appendfsync: 'always', nodeTimeoutMs: 500 });
    const each = (work: (index: number) => Promise<void>) => async (): Promise<void> => void (await Promise.all([0, 1, 2].map(work)));
    return { url: cluster.url, crash: each((index) => cluster.crash(index)), restart: each((index) => cluster.restart(index)), stop: () => cluster.stop() };
  },
};

it.concurrent.each(Object.entries(servers))('%s may be down for 3 s: accepts fail at once, nothing accepted is lost, and every tier goes on soon after it is back', async (name, start) => {
  const redis = await start();
  const test = await TestMesh.start({ servers: redis });
  try {
    const { account, answersAfterMs } = await outage(test, { seed: 23 }, redis, async (since) => void (await waitFor(() => performance.now() - since > 3_000)));
    console.log(`${name}, 3 s: ${inWords(account)}; both tiers go on after ${answersAfterMs} ms`);
    expect(account).toMatchObject({ lost: [], twice: [], otherwise: [] });
    expect(account.slowestRefusalMs).toBeLessThan(1_000);
    expect(answersAfterMs).toBeLessThan(2_000);
  } finally {
    await test.stop();
  }
}, 60_000);

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
