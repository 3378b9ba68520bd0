import type { IntentExample } from '@switchyard/intent';

/** Hash places of the n-grams that are not words, as many as 20,000 sentences need. */
const BUCKETS = 1 << 18;

export interface FastTextOptions {
  readonly dimension: number;
  readonly epochs: number;
  readonly rate: number;
  /** The seed of the first vectors and of the order of examples. */
  readonly seed: number;
}

/** As fastText's tutorial ends up with: rate 0.5, 25 epochs, n-grams of words. Not tuned to any of the sets. */
export const FAST_TEXT: FastTextOptions = { dimension: 64, epochs: 25, rate: 0.5, seed: 42 };

function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** Words and pairs of them, 3- to 5-grams of Latin words with borders; a Han character is a word, and triples count too. */
function placesOf(text: string): Uint32Array {
  const words = text.normalize('NFKC').toLowerCase().match(/\p{Script=Han}|[[\p{L}\p{N}\p{M}]--\p{Script=Han}]+/gv) ?? [];
  const places: number[] = [];
  const add = (feature: string): void => void places.push(hashOf(feature) % BUCKETS);
  for (const [at, word] of words.entries()) {
    add(`w${word}`);
    if (at > 0) add(`2${words[at - 1]} ${word}`);
    if (at > 1) add(`3${words[at - 2]} ${words[at - 1]} ${word}`);
    if (/\p{Script=Han}/u.test(word)) continue;
    const bordered = `<${word}>`;
    for (let size = 3; size <= 5; size++) for (let from = 0; from + size <= bordered.length; from++) add(`c${bordered.slice(from, from + size)}`);
  }
  return Uint32Array.from(places);
}

function randomFloats(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/**
 * A text classifier as fastText's `supervised`: the mean of the vectors of words and n-grams, a softmax over labels,
 * stochastic gradient descent with a rate that falls to nought (Joulin et al., "Bag of Tricks for Efficient Text
 * Classification", EACL 2017). For comparison only: fastText itself is not needed to repeat the figures.
 * @returns the likeliest label of a text
 */
export function trainFastTextLike(examples: readonly IntentExample[], { dimension, epochs, rate, seed }: FastTextOptions = FAST_TEXT): (text: string) => string {
  const labels = [...new Set(examples.map(({ label }) => label))].toSorted();
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const rows = examples.map(({ text, label }) => ({ places: placesOf(text), own: classOf.get(label) ?? 0 }));
  const random = randomFloats(seed);
  const input = Float32Array.from({ length: BUCKETS * dimension }, () => (random() * 2 - 1) / dimension);
  const output = new Float32Array(labels.length * dimension);
  const hidden = new Float32Array(dimension);
  const error = new Float32Array(dimension);
  const chances = new Float64Array(labels.length);

  const look = (places: Uint32Array): void => {
    hidden.fill(0);
    for (const place of places) for (let one = 0; one < dimension; one++) hidden[one] = (hidden[one] as number) + (input[place * dimension + one] as number) / places.length;
    let highest = Number.NEGATIVE_INFINITY;
    for (let label = 0; label < labels.length; label++) {
      let score = 0;
      for (let one = 0; one < dimension; one++) score += (hidden[one] as number) * (output[label * dimension + one] as number);
      chances[label] = score;
      highest = Math.max(highest, score);
    }
    let sum = 0;
    for (let label = 0; label < labels.length; label++) sum += chances[label] = Math.exp((chances[label] as number) - highest);
    for (let label = 0; label < labels.length; label++) chances[label] = (chances[label] as number) / sum;
  };
  const learn = ({ places, own }: { places: Uint32Array; own: number }, step: number): void => {
    look(places);
    error.fill(0);
    for (let label = 0; label < labels.length; label++) {
      const gradient = step * ((label === own ? 1 : 0) - (chances[label] as number));
      for (let one = 0; one < dimension; one++) {
        const at = label * dimension + one;
        error[one] = (error[one] as number) + gradient * (output[at] as number);
        output[at] = (output[at] as number) + gradient * (hidden[one] as number);
      }
    }
    // As fastText does, each place takes the whole of the error and not its share of the mean.
    for (const place of places) for (let one = 0; one < dimension; one++) input[place * dimension + one] = (input[place * dimension + one] as number) + (error[one] as number) / places.length;
  };
  const total = epochs * rows.length;
  for (let at = 0; at < total; at++) {
    const row = rows[Math.floor(random() * rows.length)];
    if (row) learn(row, rate * (1 - at / total));
  }
  return (text) => {
    look(placesOf(text));
    return labels[chances.indexOf(Math.max(...chances))] ?? '';
  };
}
