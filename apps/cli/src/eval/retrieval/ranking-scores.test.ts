import { describe, expect, it } from 'vitest';
import { meanScores, percentile, scoreRanking } from './ranking-scores.js';

const relevant = new Map([['a', 1], ['b', 1]]);

describe('scores of a ranking', () => {
  it('are perfect where the right ones come first', () => {
    expect(scoreRanking(['b', 'a', 'x'], relevant)).toEqual({ ndcg: 1, hit: 1, recall: 1, reciprocalRank: 1 });
  });

  it('lose by rank, as trec_eval has it', () => {
    // Gains at ranks 2 and 4 (1 / log2 3 + 1 / log2 5) of the best, 1 + 1 / log2 3.
    const { ndcg, ...others } = scoreRanking(['x', 'a', 'y', 'b'], relevant);
    expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)), 10);
    expect(others).toEqual({ hit: 0, recall: 1, reciprocalRank: 0.5 });
  });

  it('count what is judged higher for more', () => {
    const graded = new Map([['a', 3], ['b', 1]]);
    expect(scoreRanking(['b', 'a'], graded).ndcg).toBeCloseTo((1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3)), 10);
    expect(scoreRanking(['a', 'b'], graded).ndcg).toBe(1);
  });

  it('look at the first ten only', () => {
    const ten = Array.from({ length: 10 }, (_, at) => `x${at}`);
    expect(scoreRanking([...ten, 'a'], relevant)).toEqual({ ndcg: 0, hit: 0, recall: 0, reciprocalRank: 0 });
  });

  it('are averaged over queries', () => {
    expect(meanScores([scoreRanking(['a', 'b'], relevant), scoreRanking([], relevant)])).toEqual({ ndcg: 0.5, hit: 0.5, recall: 0.5, reciprocalRank: 0.5 });
  });
});

it('finds the value below which a share lies', () => {
  const values = Array.from({ length: 100 }, (_, at) => 99 - at);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)]).toEqual([50, 99, 0]);
});
