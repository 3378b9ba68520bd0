import { expect, it } from 'vitest';
import { longestGap } from './longest-gap.ts';
import { fairShares, jainIndex } from './measure-fairness.ts';

it.each([
  ['all get what they ask where there is room', [1, 2, 3], 10, [1, 2, 3]],
  ['the modest get all, the greedy what is left', [2, 2, 20], 10, [2, 2, 6]],
  ['the greedy share alike', [1, 20, 30], 11, [1, 5, 5]],
] as const)('%s', (_title, asked, room, shares) => {
  expect(fairShares(asked, room)).toEqual(shares);
});

it('is 1 where all have the same, and 1/n where one has everything', () => {
  expect([jainIndex([3, 3, 3]), jainIndex([4, 0, 0, 0]), jainIndex([])]).toEqual([1, 0.25, 1]);
});

it('finds the longest time in which nothing happened, the ends of the stretch included', () => {
  expect(longestGap([150, 100, 400, 900], 100, 500)).toEqual({ from: 150, ms: 250 });
  expect(longestGap([], 100, 500)).toEqual({ from: 100, ms: 400 });
});
