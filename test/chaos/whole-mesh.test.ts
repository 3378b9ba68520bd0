import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWholeMesh, type WholeMesh } from './rigs/whole-mesh.ts';
import { abortModel } from './scenarios/abort-model.ts';
import { crashRedisUnderLoad } from './scenarios/crash-redis.ts';
import { killInTool } from './scenarios/kill-in-tool.ts';
import { killTiers } from './scenarios/kill-tiers.ts';
import { unmet } from './short-round.ts';

let rig: WholeMesh;
beforeAll(async () => {
  rig = await openWholeMesh({ instances: { dispatcher: 2, worker: 2 }, say: () => undefined });
});
afterAll(async () => {
  await rig?.close();
});

it('aborts the call of a model for which nobody waits any more', async () => {
  expect(await unmet(abortModel, rig, 5)).toEqual([]);
});
it('does once what a tool does, though the worker dies before it knows', async () => {
  expect(await unmet(killInTool, rig, 5)).toEqual([]);
});
it('loses nothing while Redis is killed and comes back', async () => {
  expect(await unmet(crashRedisUnderLoad, rig, 10)).toEqual([]);
});
it('loses nothing and does nothing twice while random tiers are killed', async () => {
  expect(await unmet(killTiers, rig, 20)).toEqual([]);
});
