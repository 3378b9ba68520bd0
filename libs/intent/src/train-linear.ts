import type { LinearWeights } from './linear-weights.js';
import { seededNumbers, shuffle } from './random-order.js';
import type { SparseRows } from './vocabulary.js';

export interface LinearOptions {
  /** Price of a mistake; higher fits the examples closer. */
  readonly cost: number;
  readonly epochs: number;
  readonly seed: number;
}

/** The bias is the weight of a feature that every text has, of this value. */
const BIAS_FEATURE = 1;
const TOLERANCE = 0.1;

/**
 * One-vs-rest support vector machines with squared hinge loss, by dual coordinate descent with shrinking (Hsieh et al.,
 * "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008). Same rows and seed, same weights.
 * @param labels class of each row; -1 is of no class and counts against all
 */
export function trainLinear({ starts, places, weights: values }: SparseRows, labels: Int32Array, classes: number, features: number, options: LinearOptions): LinearWeights {
  const norms = Float64Array.from(labels, (_, row) => {
    let sum = BIAS_FEATURE * BIAS_FEATURE;
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) sum += (values[at] ?? 0) ** 2;
    return sum;
  });
  const weights = new Float32Array(features * classes);
  const biases = new Float32Array(classes);
  const problem: Problem = { places, values, starts, norms, rows: labels.length, features };
  for (let one = 0; one < classes; one++) {
    const solution = solve(problem, labels, one, options);
    for (let feature = 0; feature < features; feature++) weights[feature * classes + one] = solution.weights[feature] ?? 0;
    biases[one] = solution.bias;
  }
  return { classes, weights, biases };
}

interface Problem {
  readonly places: Uint32Array;
  readonly values: Float32Array;
  readonly starts: Uint32Array;
  readonly norms: Float64Array;
  readonly rows: number;
  readonly features: number;
}

function solve({ places, values, starts, norms, rows, features }: Problem, labels: Int32Array, positive: number, { cost, epochs, seed }: LinearOptions): { weights: Float64Array; bias: number } {
  const weights = new Float64Array(features);
  let bias = 0;
  const alphas = new Float64Array(rows);
  const active = Uint32Array.from({ length: rows }, (_, row) => row);
  const next = seededNumbers(seed + positive * 7_919);
  const diagonal = 1 / (2 * cost);
  let size = rows;
  let shrinkAbove = Number.POSITIVE_INFINITY;
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(active, size, next);
    let steepest = 0;
    for (let index = 0; index < size; index++) {
      const row = active[index] ?? 0;
      const sign = labels[row] === positive ? 1 : -1;
      const from = starts[row] ?? 0;
      const to = starts[row + 1] ?? 0;
      let score = bias * BIAS_FEATURE;
      for (let at = from; at < to; at++) score += (weights[places[at] as number] as number) * (values[at] as number);
      const alpha = alphas[row] ?? 0;
      const gradient = sign * score - 1 + alpha * diagonal;
      if (alpha === 0 && gradient > 0) {
        if (gradient > shrinkAbove) {
          size--;
          active[index] = active[size] ?? 0;
          active[size] = row;
          index--;
        }
        continue;
      }
      steepest = Math.max(steepest, Math.abs(gradient));
      if (Math.abs(gradient) < 1e-10) continue;
      const updated = Math.max(alpha - gradient / ((norms[row] ?? 1) + diagonal), 0);
      alphas[row] = updated;
      const step = (updated - alpha) * sign;
      bias += step * BIAS_FEATURE;
      for (let at = from; at < to; at++) weights[places[at] as number] = (weights[places[at] as number] as number) + step * (values[at] as number);
    }
    if (steepest <= TOLERANCE) {
      if (size === rows) break;
      // What was set aside is looked at once more before the end.
      size = rows;
      shrinkAbove = Number.POSITIVE_INFINITY;
    } else shrinkAbove = Math.max(steepest, TOLERANCE);
  }
  return { weights, bias };
}
