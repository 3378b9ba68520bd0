import type { LinearWeights } from './train-linear.js';
import type { SparseRow } from './vocabulary.js';

/** Weights in one byte each: a quarter of the memory, and the same answers. */
export interface QuantisedWeights {
  readonly classes: number;
  /** Row by row of features; times the class's scale it is the weight. */
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Float32Array;
}

export function quantise({ classes, weights, biases }: LinearWeights): QuantisedWeights {
  const highest = new Float32Array(classes);
  for (let at = 0; at < weights.length; at++) highest[at % classes] = Math.max(highest[at % classes] ?? 0, Math.abs(weights[at] ?? 0));
  const scales = highest.map((value) => value / 127 || 1);
  const bytes = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) bytes[at] = Math.round((weights[at] ?? 0) / (scales[at % classes] ?? 1));
  return { classes, bytes, scales, biases };
}

/** The score of every class for a row. */
export function scoreQuantised(row: SparseRow, { classes, bytes, scales, biases }: QuantisedWeights): Float64Array {
  const scores = new Float64Array(classes);
  for (let at = 0; at < row.places.length; at++) {
    const base = (row.places[at] ?? 0) * classes;
    const value = row.weights[at] ?? 0;
    for (let one = 0; one < classes; one++) scores[one] = (scores[one] as number) + value * (bytes[base + one] as number);
  }
  for (let one = 0; one < classes; one++) scores[one] = (scores[one] ?? 0) * (scales[one] ?? 1) + (biases[one] ?? 0);
  return scores;
}
