import { Command } from 'ioredis';
import { expect, it } from 'vitest';
import { startRedisCluster, waitFor } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { Mesh } from '../boot/mesh.js';
import { queueBase } from '../redis-keys.js';
import { inWords, underFlow } from '../__fixtures__/steady-flow.js';

const MASTERS = 3;
/** Which of the masters, as they were at the start, serves a key: they share the slots evenly, in order. */
const masterOf = (key: string): number => Math.floor((new Command('get', [key]).getSlot() * MASTERS) / 16_384);
const [dispatch, worker] = [masterOf(queueBase('dispatch')), masterOf(queueBase('worker'))];
const other = [0, 1, 2].find((index) => index !== dispatch && index !== worker) ?? 0;

it.concurrent.each([
  ['that has the queue of dispatch', dispatch, 6_000],
  ['that has conversations only', other, 4_000],
] as const)('a master of a cluster %s and is killed costs no accepted request, and the rest goes on', async (name, index, longestGapMs) => {
  const cluster = await startRedisCluster({ masters: MASTERS, replicas: 1, nodeTimeoutMs: 2_000 });
  const test = await TestMesh.start({ servers: cluster });
  try {
    for (const [DURABLE_REPLICAS, field] of [[0, 'DURABILITY'], [1, 'DURABLE_REPLICAS']] as const) {
      await expect(Mesh.open({ ...test.config('gateway'), DURABILITY: 'durable', DURABLE_REPLICAS }, testSite)).rejects.toMatchObject({ code: 'CONFIG_INVALID', field });
    }
    const account = await underFlow(test, { seed: 13 }, async (flow) => {
      await cluster.crash(index);
      const before = flow.accepted.length;
      await waitFor(() => flow.accepted.length > before + 90, 40_000);
    });
    console.log(`one ${name}: ${inWords(account)}`);
    expect(account).toMatchObject({ lost: [], twice: [], otherwise: [] });
    expect(account.gapMs).toBeLessThan(longestGapMs);
    expect(account.slowestRefusalMs).toBeLessThan(1_500);
  } finally {
    await test.stop();
  }
}, 90_000);
