import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMesh, type OpenMesh } from '../flow/open-mesh.js';
import { runUnderKills } from './run-under-kills.js';

let open: OpenMesh;
beforeAll(async () => {
  open = await openMesh();
});
afterAll(async () => {
  await open?.close();
});

/** Three moments, different for each tier and the same in every run. */
function killTimes(name: string): number[] {
  const seed = Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return [2, 6, 10].map((second, index) => second + ((seed * (index + 7)) % 100) / 100);
}

it.each(['dispatcher-1', 'worker-1', 'retrieval-1', 'expert-1', 'auditor-1', 'gateway-1', 'redis'])('killing %s under load loses nothing and doubles nothing', async (name) => {
  const result = await runUnderKills(open, { kill: name, ratePerSecond: 20, seconds: 15, killAt: killTimes(name) });
  console.log(`${name}: ${JSON.stringify(result.counts)} slowest ${Math.round(result.slowestMs)} ms`);
  expect(result.lost).toEqual([]);
  expect(result.doubled).toEqual([]);
  expect(result.counts.accepted).toBe(300);
});
