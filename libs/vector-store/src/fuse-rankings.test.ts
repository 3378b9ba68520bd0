import { expect, it } from 'vitest';
import { fuseRankings } from './fuse-rankings.js';

it('gives the scores of Qdrant’s formula', () => {
  const fused = fuseRankings([{ keys: ['a', 'b'], weight: 1 }, { keys: ['b', 'c'], weight: 2 }], 2);
  // 1 / ((rank + 1) / weight + k - 1): a 1/2; b 1/3 + 1/1.5; c 1/2.
  expect(fused.map(({ key }) => key)).toEqual(['b', 'a', 'c']);
  expect(fused[0]?.score).toBeCloseTo(1 / 3 + 1 / 1.5);
  expect(fused[1]?.score).toBeCloseTo(1 / 2);
});
