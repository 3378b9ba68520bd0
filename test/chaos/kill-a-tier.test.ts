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

it.each(['dispatcher-1', 'worker-1', 'retrieval-1', 'expert-1', 'auditor-1', 'gateway-1'])('killing %s under load loses nothing and doubles nothing', async (name) => {
  const result = await runUnderKills(open, { kill: name, ratePerSecond: 20, seconds: 12, killAtSecond: 4 });
  console.log(`${name}: ${JSON.stringify(result.counts)} slowest ${Math.round(result.slowestMs)} ms`);
  expect(result.lost).toEqual([]);
  expect(result.doubled).toEqual([]);
  expect(result.counts.accepted).toBe(240);
});
