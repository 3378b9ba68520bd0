import { fitTemperature, meanLoss, type HeldOut } from '../calibrate.js';

/** How much the scores of vectors may count beside those of words. */
const SHARES = [0.25, 0.5, 1, 2, 4, 8] as const;

export function joinScores(words: Float64Array, vector: Float64Array, share: number): Float64Array {
  return words.map((score, one) => score + share * (vector[one] ?? 0));
}

const joined = (row: HeldOut, share: number): HeldOut => ({ ...row, scores: row.dense ? joinScores(row.scores, row.dense, share) : row.scores });

/** The class of the highest score; of equals the first. */
export function likeliest(scores: Float64Array): number {
  let winner = 0;
  for (let one = 1; one < scores.length; one++) if ((scores[one] as number) > (scores[winner] as number)) winner = one;
  return winner;
}

/** Standard errors by which the sum must be better: one time in twenty chance would do as much. */
const LEAST_GAIN = 1.645;

export interface Joined {
  /** Of the model: the one with the least log loss over all held-out texts. */
  readonly share: number;
  /** Held-out texts with the scores of both parts; the share of each was chosen on the other folds. */
  readonly heldOut: readonly HeldOut[];
  /** Texts in scope that only the sum gets right, and that it gets wrong where words alone are right. */
  readonly gained: number;
  readonly lost: number;
  /** Whether the sum is better than words alone by more than chance would do. */
  readonly better: boolean;
}

/**
 * The scores of words and of vectors added, and whether that is better than words alone. Undefined where the held-out
 * texts have no vectors.
 */
export function joinHeldOut(heldOut: readonly HeldOut[]): Joined | undefined {
  const inScope = heldOut.filter((row) => row.label >= 0);
  if (inScope.length === 0 || inScope.some((row) => row.dense === undefined)) return undefined;
  const folds = [...new Set(inScope.map((row) => row.fold))];
  // Log loss by fold for every share, at the share's own temperature.
  const losses = SHARES.map((share) => {
    const rows = inScope.map((row) => joined(row, share));
    const temperature = fitTemperature(rows);
    return new Map(folds.map((fold) => {
      const part = rows.filter((row) => row.fold === fold);
      return [fold, meanLoss(part, temperature) * part.length] as const;
    }));
  });
  const bestWithout = (left: number | undefined): number => {
    const sums = losses.map((byFold) => folds.reduce((sum, fold) => sum + (fold === left ? 0 : (byFold.get(fold) ?? 0)), 0));
    return SHARES[sums.indexOf(Math.min(...sums))] ?? SHARES[0];
  };
  const shareOf = new Map(folds.map((fold) => [fold, bestWithout(fold)]));
  const share = bestWithout(undefined);
  const both = heldOut.map((row) => joined(row, shareOf.get(row.fold) ?? share));
  let gained = 0;
  let lost = 0;
  for (const [at, row] of both.entries()) {
    if (row.label < 0) continue;
    const before = likeliest(heldOut[at]?.scores ?? row.scores) === row.label;
    const after = likeliest(row.scores) === row.label;
    if (after && !before) gained++;
    if (before && !after) lost++;
  }
  // The variance of the difference of two counts of a pair of classifiers is the number of texts on which they differ (McNemar, 1947).
  return { share, heldOut: both, gained, lost, better: gained - lost > LEAST_GAIN * Math.sqrt(gained + lost) };
}
