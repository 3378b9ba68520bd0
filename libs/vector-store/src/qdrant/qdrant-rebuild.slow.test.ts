import { expect, it } from 'vitest';
import { useStandIn } from './__fixtures__/bench.js';
import { breakOffAt, writeBeside } from './__fixtures__/disturb-rebuild.js';

const bench = useStandIn();

it('a rebuild that is broken off at any of its requests loses nothing', async () => {
  let step = 0;
  while (await breakOffAt(bench, step)) step += 1;
  expect(step).toBeGreaterThan(40);
}, 600_000);

it('a rebuild loses nothing that is written beside it, before whichever of its requests', async () => {
  let step = 0;
  while (await writeBeside(bench, step)) step += 1;
  expect(step).toBeGreaterThan(40);
}, 600_000);
