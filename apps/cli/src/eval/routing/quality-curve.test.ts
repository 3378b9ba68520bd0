import { describe, expect, it } from 'vitest';
import { accuracyAt, averageRecovered, byScore, costAt, curveOf, shareFor, type Pair } from './quality-curve.js';

/** Ten questions: the weak model is right on the last five, the strong one on all; the score is `place -> score`. */
const pairs = (score: (place: number) => number): Pair[] => byScore(Array.from({ length: 10 }, (_, place) => ({ weak: place < 5 ? 0 : 1, strong: 1, score: score(place) })));
const oracle = pairs((place) => -place);
const mix = pairs((place) => -((place % 5) * 2 + (place < 5 ? 0 : 1)));
const worst = pairs((place) => place);

describe('the curve of cost and quality', () => {
  it('begins with the weak model and ends with the strong one', () => {
    expect(curveOf(oracle)).toMatchObject({ weak: 0.5, strong: 1 });
    expect(accuracyAt(curveOf(oracle), 0.3)).toBeCloseTo(0.8);
    expect(accuracyAt(curveOf(oracle), 0.5)).toBe(1);
  });

  it('recovers more than a mix with an oracle, as much with a mix, and less with the worst order', () => {
    // Gap recovered rises from 0 to 1 over the first half and stays: 0.25 + 0.5.
    expect(averageRecovered(curveOf(oracle))).toBeCloseTo(0.75);
    // Every other question is won, the first of them first: 0, 0.2, 0.2, 0.4, 0.4, … 1, 1.
    expect(averageRecovered(curveOf(mix))).toBeCloseTo(0.55);
    expect(averageRecovered(curveOf(worst))).toBeCloseTo(0.25);
  });

  it('names the least share for a part of the gap', () => {
    expect([shareFor(curveOf(oracle), 0.5), shareFor(curveOf(oracle), 0.8), shareFor(curveOf(worst), 0.5)]).toEqual([0.3, 0.4, 0.8]);
  });

  it('counts a row as often as a sample drew it', () => {
    const twice = curveOf(oracle, new Uint16Array(10).fill(2));
    expect(averageRecovered(twice)).toBeCloseTo(0.75);
    expect(twice.accuracy).toHaveLength(21);
    const onlyWon = curveOf(oracle, Uint16Array.from({ length: 10 }, (_, at) => (at < 5 ? 1 : 0)));
    expect(onlyWon).toMatchObject({ weak: 0, strong: 1 });
  });

  it('reckons what is sent and what is wrong', () => {
    const prices = { weakUsd: 0, strongUsd: 0.01, wrongUsd: 1 };
    // The first half, on which the weak model is wrong, goes to the strong one.
    expect(costAt(oracle, -4, prices)).toBeCloseTo(0.005);
    expect(costAt(oracle, Infinity, prices)).toBeCloseTo(0.5);
    expect(costAt(oracle, -Infinity, prices)).toBeCloseTo(0.01);
  });
});
