/** Scores of one text under a model that did not see it, and its class (-1: out of scope). */
export interface HeldOut {
  /** Place among the examples. */
  readonly index: number;
  readonly scores: Float64Array;
  readonly label: number;
  readonly script: Script;
  /** The part of the examples that it stands in, none of which its model saw. */
  readonly fold: number;
  /** Scores of its vector, where texts have vectors. */
  readonly dense?: Float64Array;
}

/** Scores of Chinese and English texts spread differently, so that each has a threshold of its own. */
export type Script = 'han' | 'latin';

export function scriptOf(text: string): Script {
  return /\p{Script=Han}/u.test(text) ? 'han' : 'latin';
}

/** Log of the sum of exponentials of `scores / temperature`. */
export function logSum(scores: Float64Array, temperature: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) highest = Math.max(highest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp((score - highest) / temperature);
  return highest / temperature + Math.log(sum);
}

/** Mean log loss of the right classes, all of which are in scope. */
export function meanLoss(rows: readonly HeldOut[], temperature: number): number {
  let loss = 0;
  for (const { scores, label } of rows) loss += logSum(scores, temperature) - (scores[label] ?? 0) / temperature;
  return loss / rows.length;
}

/**
 * The temperature that makes the softmax of the scores a probability: least log loss on held-out texts, by golden
 * section search (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). 1 without held-out texts.
 */
export function fitTemperature(heldOut: readonly HeldOut[]): number {
  const rows = heldOut.filter((row) => row.label >= 0);
  if (rows.length === 0) return 1;
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.02);
  let high = Math.log(5);
  for (let step = 0; step < 30; step++) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (meanLoss(rows, Math.exp(left)) < meanLoss(rows, Math.exp(right))) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** How much a text looks like one of the classes: the free energy of its scores, in units of the scores. */
export function scopeScore(scores: Float64Array, temperature: number): number {
  return logSum(scores, temperature) * temperature;
}

const LEAST_OF_OWN = 40;

/** Calls `fit` with the in-scope rows of each script; with those of both where there are few of it. */
function fitEach(heldOut: readonly HeldOut[], fit: (rows: readonly HeldOut[]) => number): Record<Script, number> {
  const inScope = heldOut.filter((row) => row.label >= 0);
  const of = (script: Script): number => {
    const rows = inScope.filter((row) => row.script === script);
    return fit(rows.length >= LEAST_OF_OWN ? rows : inScope);
  };
  return { han: of('han'), latin: of('latin') };
}

/** The score below which a text is out of scope: `loss` is the share of held-out in-scope texts that may fall below. */
export function fitThresholds(heldOut: readonly HeldOut[], temperature: number, loss: number): Record<Script, number> {
  return fitEach(heldOut, (rows) => {
    const scores = rows.map((row) => scopeScore(row.scores, temperature)).toSorted((a, b) => a - b);
    return scores[Math.floor(scores.length * loss)] ?? Number.NEGATIVE_INFINITY;
  });
}
