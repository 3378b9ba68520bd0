import type { LinearWeights } from './linear-weights.js';
import { seededNumbers, shuffle } from './random-order.js';
import type { SparseRows } from './vocabulary.js';

export interface SoftmaxOptions {
  /** Length of the first step; it falls to nought in a straight line. */
  readonly rate: number;
  readonly epochs: number;
  readonly seed: number;
}

/** The bias learns slower than the weights: it must not outweigh them in short texts. */
const BIAS_RATE = 0.1;

/**
 * Multinomial logistic regression by stochastic gradient descent, held back by its few epochs and not by a penalty.
 * Same rows and seed, same weights.
 * @param labels class of each row; -1 is of no class, and is pulled to all of them alike
 */
export function trainSoftmax({ starts, places, weights: values }: SparseRows, labels: Int32Array, classes: number, features: number, { rate, epochs, seed }: SoftmaxOptions): LinearWeights {
  const weights = new Float32Array(features * classes);
  const biases = new Float32Array(classes);
  const order = Uint32Array.from(labels.keys());
  const next = seededNumbers(seed);
  const errors = new Float32Array(classes);
  const steps = labels.length * epochs;
  for (let step = 0; step < steps; step++) {
    const turn = step % labels.length;
    if (turn === 0) shuffle(order, order.length, next);
    const row = order[turn] as number;
    const from = starts[row] as number;
    const to = starts[row + 1] as number;
    errors.set(biases);
    for (let at = from; at < to; at++) {
      const base = (places[at] as number) * classes;
      const value = values[at] as number;
      for (let one = 0; one < classes; one++) errors[one] = (errors[one] as number) + value * (weights[base + one] as number);
    }
    toErrors(errors, labels[row] as number);
    const length = rate * (1 - step / steps);
    for (let one = 0; one < classes; one++) biases[one] = (biases[one] as number) - length * BIAS_RATE * (errors[one] as number);
    for (let at = from; at < to; at++) {
      const base = (places[at] as number) * classes;
      const value = length * (values[at] as number);
      for (let one = 0; one < classes; one++) weights[base + one] = (weights[base + one] as number) - value * (errors[one] as number);
    }
  }
  return { classes, weights, biases };
}

/** Scores become probabilities less what is wanted, in place. */
export function toErrors(scores: Float32Array, label: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let one = 0; one < scores.length; one++) if ((scores[one] as number) > highest) highest = scores[one] as number;
  let sum = 0;
  for (let one = 0; one < scores.length; one++) sum += scores[one] = Math.exp((scores[one] as number) - highest);
  for (let one = 0; one < scores.length; one++) scores[one] = (scores[one] as number) / sum - (label < 0 ? 1 / scores.length : 0);
  if (label >= 0) scores[label] = (scores[label] as number) - 1;
}
