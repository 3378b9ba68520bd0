import type { SparseRow } from './vocabulary.js';

/** Weights of every feature for every class (or hidden unit), row by row of features, and a bias for each class. */
export interface LinearWeights {
  readonly classes: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** The score of every class for a row. */
export function scoreRow(row: SparseRow, { classes, weights, biases }: LinearWeights): Float64Array {
  const scores = Float64Array.from(biases);
  for (let at = 0; at < row.places.length; at++) {
    const base = (row.places[at] ?? 0) * classes;
    const value = row.weights[at] ?? 0;
    for (let one = 0; one < classes; one++) scores[one] = (scores[one] as number) + value * (weights[base + one] as number);
  }
  return scores;
}
