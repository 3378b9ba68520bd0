/** A question that both models answered, with the score by which it is routed: the highest go to the strong model first. */
export interface Pair {
  readonly weak: number;
  readonly strong: number;
  readonly score: number;
}

export interface Curve {
  /** Accuracy where all go to the weak model, and where all go to the strong one. */
  readonly weak: number;
  readonly strong: number;
  /** Accuracy with the first `n` questions (by score) sent to the strong model, n = 0 … rows. */
  readonly accuracy: Float64Array;
}

export const byScore = <Row extends Pair>(pairs: readonly Row[]): Row[] => pairs.toSorted((a, b) => b.score - a.score);

/** @param pairs in the order of `byScore`; `times`: how often each counts (a bootstrap sample), once where absent */
export function curveOf(pairs: readonly Pair[], times?: Uint16Array): Curve {
  const accuracy: number[] = [];
  let right = 0;
  let rows = 0;
  for (const [index, { weak }] of pairs.entries()) {
    right += weak * (times?.[index] ?? 1);
    rows += times?.[index] ?? 1;
  }
  accuracy.push(right / rows);
  for (const [index, { weak, strong }] of pairs.entries()) {
    for (let time = 0; time < (times?.[index] ?? 1); time++) {
      right += strong - weak;
      accuracy.push(right / rows);
    }
  }
  return { weak: accuracy[0] ?? 0, strong: accuracy.at(-1) ?? 0, accuracy: Float64Array.from(accuracy) };
}

/** Share of the way from the weak model's accuracy to the strong one's ("performance gap recovered") at each point. */
const recovered = ({ weak, strong, accuracy }: Curve): Float64Array => accuracy.map((one) => (one - weak) / (strong - weak));

/**
 * APGR: the mean of the performance gap recovered over all shares of calls to the strong model, by the trapezoid rule
 * (RouteLLM, arXiv 2406.18665, section 3.3). A random mix has 0.5.
 */
export function averageRecovered(curve: Curve): number {
  const gaps = recovered(curve);
  let area = 0;
  for (let at = 1; at < gaps.length; at++) area += ((gaps[at - 1] ?? 0) + (gaps[at] ?? 0)) / 2;
  return area / (gaps.length - 1);
}

/** CPT: the least share of calls to the strong model that recovers this share of the gap (the same paper). */
export function shareFor(curve: Curve, gap: number): number {
  const gaps = recovered(curve);
  return gaps.findIndex((one) => one >= gap) / (gaps.length - 1);
}

/** Accuracy with this share of calls to the strong model. */
export const accuracyAt = ({ accuracy }: Curve, share: number): number => accuracy[Math.round(share * (accuracy.length - 1))] ?? 0;

/** What an answer costs, in USD. */
export interface Prices {
  readonly weakUsd: number;
  readonly strongUsd: number;
  /** What a wrong answer costs the site. */
  readonly wrongUsd: number;
}

/** Mean cost of a question where those with a score of at least `threshold` go to the strong model. */
export function costAt(pairs: readonly Pair[], threshold: number, { weakUsd, strongUsd, wrongUsd }: Prices): number {
  const sum = pairs.reduce((total, { weak, strong, score }) => total + (score >= threshold ? strongUsd + (1 - strong) * wrongUsd : weakUsd + (1 - weak) * wrongUsd), 0);
  return sum / pairs.length;
}
