import { extractFeatures, isRich } from './extract-features.js';
import { hashIndexOf } from './hash-index.js';

/** A text as a vector: places in the vocabulary and their weights. Its length is 1 where all of it is known. */
export interface SparseRow {
  readonly places: Uint32Array;
  readonly weights: Float32Array;
}

/** Many of them behind each other: row `n` is from `starts[n]` up to `starts[n + 1]`. */
export interface SparseRows {
  readonly starts: Uint32Array;
  readonly places: Uint32Array;
  readonly weights: Float32Array;
}

export const rowOf = ({ starts, places, weights }: SparseRows, row: number): SparseRow => ({ places: places.subarray(starts[row], starts[row + 1]), weights: weights.subarray(starts[row], starts[row + 1]) });

/** The features that a model knows, with how rare they are. */
export interface Vocabulary {
  /** Hashes, ascending. */
  readonly hashes: Uint32Array;
  /** Square roots of inverse document frequencies: a whole one says too much of what is merely rare. */
  readonly rarity: Float32Array;
  /** The place of a hash, or -1. */
  readonly placeOf: (hash: number) => number;
  /** What a feature that no text had counts for in the length of a vector. */
  readonly unknownRarity: number;
}

export function vocabularyOf(hashes: Uint32Array, rarity: Float32Array): Vocabulary {
  return { hashes, rarity, placeOf: hashIndexOf(hashes).placeOf, unknownRarity: rarityOfUnknown(rarity) };
}

/** Texts with their features numbered once, so that the parts of a training need not hash again. */
export interface CountedTexts {
  /** Hashes of all features, ascending; a feature's number is its place here. */
  readonly hashes: Uint32Array;
  /** Numbers, and one more than the logarithm of how often. */
  readonly rows: SparseRows;
}

export function countTexts(texts: readonly string[]): CountedTexts {
  const counted = texts.map((text) => {
    const { hashes, counts, size } = extractFeatures(text);
    return new Map(Array.from(hashes.subarray(0, size), (hash, at) => [hash, counts[at] ?? 0]));
  });
  const all = new Set<number>();
  for (const counts of counted) for (const hash of counts.keys()) all.add(hash);
  const hashes = Uint32Array.from(all).toSorted();
  const numberOf = new Map<number, number>();
  for (let number = 0; number < hashes.length; number++) numberOf.set(hashes[number] ?? 0, number);
  const starts = new Uint32Array(texts.length + 1);
  for (const [row, counts] of counted.entries()) starts[row + 1] = (starts[row] ?? 0) + counts.size;
  const places = new Uint32Array(starts[texts.length] ?? 0);
  const weights = new Float32Array(places.length);
  for (const [row, counts] of counted.entries()) {
    const from = starts[row] ?? 0;
    places.set(Uint32Array.from(counts.keys(), (hash) => numberOf.get(hash) ?? 0).toSorted(), from);
    for (let at = from; at < (starts[row + 1] ?? 0); at++) weights[at] = 1 + Math.log(counts.get(hashes[places[at] ?? 0] ?? 0) ?? 1);
  }
  return { hashes, rows: { starts, places, weights } };
}

/**
 * The vocabulary of some of the texts, and every text as a vector over it.
 * @param rows the texts that it is built from
 * @param least features, and rich ones, of fewer texts are left out
 */
export function buildVocabulary({ hashes, rows: counted }: CountedTexts, rows: readonly number[], least: { readonly feature: number; readonly rich: number }): { vocabulary: Vocabulary; vectors: SparseRows } {
  const documents = new Uint32Array(hashes.length);
  for (const row of rows) for (const number of rowOf(counted, row).places) documents[number] = (documents[number] ?? 0) + 1;
  const kept = Uint32Array.from(hashes.keys()).filter((number) => (documents[number] ?? 0) >= (isRich(hashes[number] ?? 0) ? least.rich : least.feature));
  const rarity = Float32Array.from(kept, (number) => Math.sqrt(Math.log((1 + rows.length) / (1 + (documents[number] ?? 0))) + 1));
  const placeOf = new Int32Array(hashes.length).fill(-1);
  for (let place = 0; place < kept.length; place++) placeOf[kept[place] ?? 0] = place;
  const vocabulary = vocabularyOf(kept.map((number) => hashes[number] ?? 0), rarity);
  const starts = new Uint32Array(counted.starts.length);
  const places = new Uint32Array(counted.places.length);
  const weights = new Float32Array(places.length);
  let size = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    let square = 0;
    for (let at = counted.starts[row] ?? 0; at < (counted.starts[row + 1] ?? 0); at++) {
      const number = counted.places[at] ?? 0;
      const place = placeOf[number] ?? -1;
      if (place < 0 && isRich(hashes[number] ?? 0)) continue;
      const weight = (counted.weights[at] ?? 0) * (place < 0 ? vocabulary.unknownRarity : (rarity[place] ?? 0));
      square += weight * weight;
      if (place < 0) continue;
      places[size] = place;
      weights[size] = weight;
      size++;
    }
    const norm = Math.sqrt(square) || 1;
    for (let at = starts[row] ?? 0; at < size; at++) weights[at] = (weights[at] ?? 0) / norm;
    starts[row + 1] = size;
  }
  return { vocabulary, vectors: { starts, places: places.slice(0, size), weights: weights.slice(0, size) } };
}

/**
 * A feature that no text had is as rare as the rarest. It has no weight, but a place in the length of the vector:
 * otherwise a text of which three characters are known would score as surely as one that is known whole. Rich features
 * are the exception: most of those of any text are new.
 */
function rarityOfUnknown(rarity: Float32Array): number {
  return rarity.reduce((highest, value) => Math.max(highest, value), 0);
}

/** Of the text that was featurised last; grow with the texts. */
let places = new Uint32Array(1_024);
let weights = new Float32Array(1_024);

/**
 * The vector of a text; the squares of its weights sum up to the share of the text that is known. Valid until the next
 * call: a message is featurised several times, and arrays of its own would be garbage each time.
 */
export function featurise(text: string, { placeOf, rarity, unknownRarity }: Vocabulary): SparseRow {
  const { hashes, counts, size: features } = extractFeatures(text);
  if (places.length < features) {
    places = new Uint32Array(features);
    weights = new Float32Array(features);
  }
  let size = 0;
  let square = 0;
  for (let at = 0; at < features; at++) {
    const feature = hashes[at] as number;
    const place = placeOf(feature);
    if (place < 0 && isRich(feature)) continue;
    const count = counts[at] as number;
    const weight = (count === 1 ? 1 : 1 + Math.log(count)) * (place < 0 ? unknownRarity : (rarity[place] as number));
    square += weight * weight;
    if (place < 0) continue;
    places[size] = place;
    weights[size] = weight;
    size++;
  }
  const norm = Math.sqrt(square) || 1;
  for (let at = 0; at < size; at++) weights[at] = (weights[at] as number) / norm;
  return { places: places.subarray(0, size), weights: weights.subarray(0, size) };
}
