import { describe, expect, it } from 'vitest';
import { scoreLayers } from './layers.js';
import { trainNetworks, type Network } from './train-network.js';
import type { SparseRows } from './vocabulary.js';

/** Each label has three words of its own, and each text two of them. */
const WORDS = 3;
const CLASSES = 4;
const TEXTS = Array.from({ length: CLASSES * 60 }, (_, at) => ({ label: at % CLASSES, words: [at % WORDS, (at + 1) % WORDS].map((word) => (at % CLASSES) * WORDS + word).toSorted((a, b) => a - b) }));
const rows: SparseRows = {
  starts: Uint32Array.from({ length: TEXTS.length + 1 }, (_, row) => row * 2),
  places: Uint32Array.from(TEXTS.flatMap(({ words }) => words)),
  weights: new Float32Array(TEXTS.length * 2).fill(Math.SQRT1_2),
};
const labels = Int32Array.from(TEXTS, ({ label }) => label);
const train = (members = 2, seed = 1): Network => trainNetworks(rows, labels, CLASSES, CLASSES * WORDS, { units: 8, members, epochs: 20, seed });

function labelOf(network: Network, words: readonly number[]): number {
  const scores = scoreLayers({ places: Uint32Array.from(words), weights: new Float32Array(words.length).fill(Math.SQRT1_2) }, network);
  return scores.indexOf(Math.max(...scores));
}

describe('networks', () => {
  it('learn which label a text is of', () => {
    const network = train();
    for (const { label, words } of TEXTS.slice(0, 24)) expect(labelOf(network, words)).toBe(label);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(train()).toEqual(train());
    expect(train(2, 2).first.weights).not.toEqual(train().first.weights);
  });

  it('stand side by side as one, which scores the mean of them', () => {
    const row = { places: Uint32Array.of(0, 5, 9), weights: Float32Array.of(0.5, 0.6, 0.7) };
    const [one, both] = [train(1), train(2)];
    expect(both.first.classes).toBe(16);
    // The first of two is the one that is trained alone.
    const units = one.first.classes;
    const second: Network = {
      first: { classes: units, weights: Float32Array.from({ length: CLASSES * WORDS * units }, (_, at) => both.first.weights[Math.floor(at / units) * 2 * units + units + (at % units)] ?? 0), biases: both.first.biases.slice(units) },
      last: { classes: CLASSES, weights: both.last.weights.slice(units * CLASSES).map((weight) => weight * 2), biases: Float32Array.from(both.last.biases, (bias, at) => bias * 2 - (one.last.biases[at] ?? 0)) },
    };
    const [alone, other, together] = [scoreLayers(row, one), scoreLayers(row, second), scoreLayers(row, both)];
    for (const [at, score] of together.entries()) expect(score).toBeCloseTo(((alone[at] ?? 0) + (other[at] ?? 0)) / 2, 4);
  });
});
