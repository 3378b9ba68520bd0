import { scoreRow, type LinearWeights } from './linear-weights.js';
import { quantise, scoreQuantised, type QuantisedWeights } from './quantise-weights.js';
import type { SparseRow } from './vocabulary.js';

/** Scores of labels from the features of a text: straight, or through a layer of hidden units. */
interface LayersOf<Weights> {
  /** Of the features: for the labels, or for the hidden units where there are any. */
  readonly first: Weights;
  /** Of the hidden units for the labels. Too small to be worth fewer bits, and less exact with them. */
  readonly last?: LinearWeights | undefined;
}
export type Layers = LayersOf<LinearWeights>;
export type QuantisedLayers = LayersOf<QuantisedWeights>;

/** The hidden units above nought, as the features of the last layer (rectified linear units). */
function rouse(sums: Float64Array): SparseRow {
  const places = new Uint32Array(sums.length);
  const weights = new Float32Array(sums.length);
  let size = 0;
  for (let unit = 0; unit < sums.length; unit++) {
    if ((sums[unit] as number) <= 0) continue;
    places[size] = unit;
    weights[size++] = sums[unit] as number;
  }
  return { places: places.subarray(0, size), weights: weights.subarray(0, size) };
}

const throughLast = (sums: Float64Array, last: LinearWeights | undefined): Float64Array => (last ? scoreRow(rouse(sums), last) : sums);

export const quantiseLayers = ({ first, last }: Layers): QuantisedLayers => ({ first: quantise(first), last });

/** The score of every label for a row. */
export const scoreLayers = (row: SparseRow, { first, last }: Layers): Float64Array => throughLast(scoreRow(row, first), last);
export const scoreQuantisedLayers = (row: SparseRow, { first, last }: QuantisedLayers): Float64Array => throughLast(scoreQuantised(row, first), last);
