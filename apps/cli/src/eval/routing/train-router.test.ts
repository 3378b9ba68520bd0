import { expect, it } from 'vitest';
import { trainRouter, type RouterExample } from './train-router.js';

// Of one length, so that only the words tell.
const examples: RouterExample[] = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? { text: `prove the theorem of group ${100 + index}`, wins: 1 as const } : { text: `write the capital of china ${100 + index}`, wins: 0 as const }));

it('learns which questions the weak model gets wrong', () => {
  const router = trainRouter(examples);
  expect(router('prove the theorem of rings 999')).toBeGreaterThan(0.7);
  expect(router('write the capital of spain 999')).toBeLessThan(0.3);
});

it('is the same for the same examples', () => {
  expect(trainRouter(examples)('prove the capital')).toBe(trainRouter(examples)('prove the capital'));
});

it('gives a probability for what it knows nothing of', () => {
  expect(trainRouter(examples)('')).toBeGreaterThan(0);
  expect(trainRouter([])('x')).toBe(0.5);
});
