import { describe, expect, it } from 'vitest';
import { RouterFile } from '@switchyard/site';
import { readForm } from './question-form.js';
import { QUESTION_FEATURES, questionFeatures } from './question-features.js';
import { predictOutcome, requireFeatures, trainRouter, type LoggedOutcome, type RouterSettings } from './router-model.js';

const settings: RouterSettings = { trees: 40, leaves: 4, rate: 0.1, leastRows: 10, features: 0.3, members: 2 };
/** The local model fails at sums; the expert fails where they hold a formula too. */
const outcomes: LoggedOutcome[] = Array.from({ length: 300 }, (_, index) => {
  const text = [`what are ${index} and ${index + 7} together`, `solve x^2 = ${index} and x^3 = ${index + 1}`, `who wrote the ${'very '.repeat(index % 4)}first novel`][index % 3] ?? '';
  return { features: questionFeatures(text), local: index % 3 === 2 ? 1 : 0, expert: index % 3 === 1 ? 0 : 1 };
});
const expected = (router: RouterFile, text: string) => predictOutcome(router, questionFeatures(text));

describe('a router between the local model and the expert', () => {
  const router = trainRouter(outcomes, settings);

  it('tells apart what only the expert can do from what both can, and from what neither can', () => {
    const [sum, formula, novel] = ['what are 8123 and 77 together', 'solve x^2 = 912 and x^3 = 5', 'who painted the first portrait'].map((text) => expected(router, text));
    expect([sum?.local, sum?.expert]).toEqual([expect.closeTo(0, 1), expect.closeTo(1, 1)]);
    expect([formula?.local, formula?.expert]).toEqual([expect.closeTo(0, 1), expect.closeTo(0, 1)]);
    expect([novel?.local, novel?.expert]).toEqual([expect.closeTo(1, 1), expect.closeTo(1, 1)]);
  });

  it('gives probabilities for whatever it is asked', () => {
    for (const text of ['', ' ', '多少钱?', '\ud800', 'A. x\nA. y\nB. z', '1'.repeat(20_000)]) {
      for (const value of Object.values(expected(router, text))) expect(value >= 0 && value <= 1, text.slice(0, 20)).toBe(true);
    }
  });

  it('is the same for the same outcomes, and after it was written to a file', () => {
    const written = JSON.stringify(router);
    expect(JSON.stringify(trainRouter(outcomes, settings))).toBe(written);
    expect(RouterFile.parse(JSON.parse(written))).toEqual(router);
  });

  it('knows no more than how often they are right, where it was told of nothing but one outcome', () => {
    expect(predictOutcome(trainRouter(outcomes.slice(0, 1), settings), questionFeatures('x'))).toEqual({ local: 0, expert: 1 });
  });

  it('is refused where it was trained with other features', () => {
    expect(() => requireFeatures({ features: QUESTION_FEATURES.slice(1) })).toThrow(/train it again/);
    expect(() => requireFeatures(router)).not.toThrow();
  });

  it.each([
    ['a node above itself', { feature: [0, -1, -1], threshold: [0, 0, 0], below: [0, 0, 0], value: [0, 0, 0] }, /leads nowhere/],
    ['a node behind the last', { feature: [0, -1], threshold: [0, 0], below: [1, 0], value: [0, 0] }, /leads nowhere/],
    ['lists of different lengths', { feature: [-1], threshold: [0, 1], below: [0], value: [0] }, /different lengths/],
    ['a feature without a name', { feature: [99, -1, -1], threshold: [0, 0, 0], below: [1, 0, 0], value: [0, 0, 0] }, /not named/],
  ])('is refused with %s', (_title, tree, reason) => {
    expect(RouterFile.safeParse({ ...router, local: { base: 0, trees: [tree] } }).error?.message).toMatch(reason);
  });
});

describe('the form of a question', () => {
  it('parts it from its choices', () => {
    expect(readForm('Which?\nA. one\nB) two\nand more\nAnswer:')).toEqual({ stem: 'Which?', choices: ['one', 'two and more'] });
    expect(readForm('B. is no choice\nwhere A is missing')).toEqual({ stem: 'B. is no choice\nwhere A is missing', choices: [] });
  });

  it('is told in finite numbers, one a name, in time that does not run away', () => {
    const began = performance.now();
    for (const text of ['', 'A. '.repeat(5_000), "n't".repeat(5_000), 'A. x\n'.repeat(2_000), '√'.repeat(9_000)]) {
      const features = questionFeatures(text);
      expect(features).toHaveLength(QUESTION_FEATURES.length);
      expect(features.every(Number.isFinite)).toBe(true);
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
