/** How deep a ranking is looked at. */
export const DEPTH = 10;

export interface RankingScores {
  /** Normalised discounted cumulative gain, with the gain as judged and log2(rank + 1) as discount (Järvelin & Kekäläinen 2002), as trec_eval has it. */
  readonly ndcg: number;
  /** Whether the first is a right one. */
  readonly hit: number;
  /** Of the right ones, the share among the first ten. */
  readonly recall: number;
  /** One by the rank of the first right one; 0 where it is none of the first ten. */
  readonly reciprocalRank: number;
}

const gain = (scores: readonly number[]): number => scores.reduce((sum, score, rank) => sum + score / Math.log2(rank + 2), 0);

/** Scores of one ranking, best first, without repetition. `relevant`: what counts, by document; all above 0, at least one. */
export function scoreRanking(ranked: readonly string[], relevant: ReadonlyMap<string, number>): RankingScores {
  const found = ranked.slice(0, DEPTH).map((document) => relevant.get(document) ?? 0);
  const ideal = [...relevant.values()].toSorted((left, right) => right - left).slice(0, DEPTH);
  const first = found.findIndex((score) => score > 0);
  return {
    ndcg: gain(found) / gain(ideal),
    hit: first === 0 ? 1 : 0,
    recall: found.filter((score) => score > 0).length / relevant.size,
    reciprocalRank: first === -1 ? 0 : 1 / (first + 1),
  };
}

/** The mean over queries. */
export function meanScores(rows: readonly RankingScores[]): RankingScores {
  const mean = (of: (row: RankingScores) => number): number => (rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + of(row), 0) / rows.length);
  return { ndcg: mean(({ ndcg }) => ndcg), hit: mean(({ hit }) => hit), recall: mean(({ recall }) => recall), reciprocalRank: mean(({ reciprocalRank }) => reciprocalRank) };
}

/** The value below which that share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
