import type { LinearWeights } from './linear-weights.js';
import type { SparseRow } from './vocabulary.js';

/** Weights in one byte each: a quarter of the memory, and the same answers. Only fifteen values are used. */
export interface QuantisedWeights {
  readonly classes: number;
  /** Row by row of features; times the class's scale it is the weight. */
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Float32Array;
}

/** Steps on each side of nought; with nought itself they fit into half a byte. */
const STEPS = 7;

/** Steps that grow with the square: most weights are small, and with even steps they would be nought. As exact as a byte. */
export function quantise({ classes, weights, biases }: LinearWeights): QuantisedWeights {
  const highest = new Float32Array(classes);
  for (let at = 0; at < weights.length; at++) highest[at % classes] = Math.max(highest[at % classes] as number, Math.abs(weights[at] as number));
  const scales = highest.map((value) => value / (STEPS * STEPS) || 1);
  const bytes = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    const share = (weights[at] as number) / ((scales[at % classes] as number) * STEPS * STEPS);
    const step = Math.round(Math.sqrt(Math.abs(share)) * STEPS);
    bytes[at] = Math.sign(share) * step * step;
  }
  return { classes, bytes, scales, biases };
}

/** The weights in half a byte each. */
export function packWeights(bytes: Int8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 2));
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at] as number;
    const step = STEPS + Math.sign(value) * Math.round(Math.sqrt(Math.abs(value)));
    packed[at >> 1] = (packed[at >> 1] as number) | (step << (4 * (at & 1)));
  }
  return packed;
}

export function unpackWeights(packed: Uint8Array, length: number): Int8Array {
  const bytes = new Int8Array(length);
  for (let at = 0; at < length; at++) {
    const step = (((packed[at >> 1] as number) >> (4 * (at & 1))) & 15) - STEPS;
    bytes[at] = step * Math.abs(step);
  }
  return bytes;
}

/** The score of every class for a row. Four features at a time, in their order: the sums are the same, to the last bit, as one by one, and take half the time. */
export function scoreQuantised({ places, weights }: SparseRow, { classes, bytes, scales, biases }: QuantisedWeights): Float64Array {
  const scores = new Float64Array(classes);
  let at = 0;
  for (; at + 3 < places.length; at += 4) {
    const [a, b, c, d] = [(places[at] as number) * classes, (places[at + 1] as number) * classes, (places[at + 2] as number) * classes, (places[at + 3] as number) * classes];
    const [valueA, valueB, valueC, valueD] = [weights[at] as number, weights[at + 1] as number, weights[at + 2] as number, weights[at + 3] as number];
    for (let one = 0; one < classes; one++) {
      scores[one] = (scores[one] as number) + valueA * (bytes[a + one] as number) + valueB * (bytes[b + one] as number) + valueC * (bytes[c + one] as number) + valueD * (bytes[d + one] as number);
    }
  }
  for (; at < places.length; at++) {
    const base = (places[at] as number) * classes;
    const value = weights[at] as number;
    for (let one = 0; one < classes; one++) scores[one] = (scores[one] as number) + value * (bytes[base + one] as number);
  }
  for (let one = 0; one < classes; one++) scores[one] = (scores[one] as number) * (scales[one] as number) + (biases[one] as number);
  return scores;
}
