import type { ExampleVectors, PreparedExamples } from '../prepare-examples.js';
import type { LinearWeights } from '../linear-weights.js';
import { trainSoftmax } from '../train-softmax.js';
import type { SparseRow, SparseRows } from '../vocabulary.js';

/** The gradient of a softmax over unit vectors has a Lipschitz constant of at most one half: its inverse is a safe first step. */
const RATE = 2;
/** Rows that the regression sees in all, over its four to twenty epochs: as many as the one over words. */
const ROWS = 20_000;

/** A linear classifier of an embedder's vectors. */
export interface DenseWeights {
  /** The mean of the vectors that it was made from. */
  readonly centre: Float32Array;
  readonly weights: LinearWeights;
}

/**
 * A vector less the centre, of unit length again: what all texts of a site have in common is most of every sentence
 * vector, and says nothing (Mu and Viswanath, "All-but-the-Top", ICLR 2018). In the form that the linear models take.
 */
export function denseRow(vector: Float32Array, centre: Float32Array): SparseRow {
  const weights = vector.map((value, at) => value - (centre[at] ?? 0));
  const length = Math.hypot(...weights) || 1;
  return { places: Uint32Array.from(weights.keys()), weights: weights.map((value) => value / length) };
}

export const vectorAt = ({ values, dimension }: ExampleVectors, row: number): Float32Array => values.subarray(row * dimension, (row + 1) * dimension);

/** Logistic regression over the vectors of some of the examples. Same rows and seed, same weights. */
export function fitDense({ labels, classes }: PreparedExamples, vectors: ExampleVectors, rows: readonly number[], seed: number): DenseWeights {
  const { dimension } = vectors;
  const sums = new Float64Array(dimension);
  for (const row of rows) for (const [at, value] of vectorAt(vectors, row).entries()) sums[at] = (sums[at] ?? 0) + value;
  const centre = Float32Array.from(sums, (sum) => sum / (rows.length || 1));
  const own: SparseRows = { starts: Uint32Array.from({ length: rows.length + 1 }, (_, at) => at * dimension), places: new Uint32Array(rows.length * dimension), weights: new Float32Array(rows.length * dimension) };
  for (const [at, row] of rows.entries()) {
    const one = denseRow(vectorAt(vectors, row), centre);
    own.places.set(one.places, at * dimension);
    own.weights.set(one.weights, at * dimension);
  }
  const epochs = Math.min(Math.max(Math.round(ROWS / (rows.length || 1)), 4), 20);
  return { centre, weights: trainSoftmax(own, Int32Array.from(rows, (row) => classes[row] ?? -1), labels.length, dimension, { rate: RATE, epochs, seed }) };
}
