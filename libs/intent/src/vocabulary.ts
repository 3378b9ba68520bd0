import { extractFeatures } from './extract-features.js';

/** A text as a vector: places in the vocabulary, ascending, and their weights. Its length is 1 where all of it is known. */
export interface SparseRow {
  readonly places: Uint32Array;
  readonly weights: Float32Array;
}

/** The features that a model knows, with their inverse document frequency. */
export interface Vocabulary {
  /** Hashes, ascending. */
  readonly hashes: Uint32Array;
  readonly idf: Float32Array;
  readonly placeOf: (hash: number) => number | undefined;
  /** What a feature that no text had counts for in the length of a vector. */
  readonly unknownIdf: number;
}

export function vocabularyOf(hashes: Uint32Array, idf: Float32Array): Vocabulary {
  const places = new Map<number, number>();
  for (let place = 0; place < hashes.length; place++) places.set(hashes[place] ?? 0, place);
  return { hashes, idf, placeOf: (hash) => places.get(hash), unknownIdf: idfOfUnknown(idf) };
}

/** Texts with their features numbered once, so that the folds of a training need not hash again. */
export interface CountedTexts {
  /** Hashes of all features, ascending; a feature's number is its place here. */
  readonly hashes: Uint32Array;
  readonly texts: readonly { readonly numbers: Uint32Array; readonly logCounts: Float32Array }[];
}

export function countTexts(texts: readonly string[]): CountedTexts {
  const counted = texts.map(extractFeatures);
  const hashes = Uint32Array.from(new Set(counted.flatMap((counts) => [...counts.keys()]))).toSorted();
  const numberOf = new Map<number, number>();
  for (let number = 0; number < hashes.length; number++) numberOf.set(hashes[number] ?? 0, number);
  return {
    hashes,
    texts: counted.map((counts) => {
      const entries = [...counts].map(([hash, count]): [number, number] => [numberOf.get(hash) ?? 0, count]).toSorted(([a], [b]) => a - b);
      return { numbers: Uint32Array.from(entries, ([number]) => number), logCounts: Float32Array.from(entries, ([, count]) => 1 + Math.log(count)) };
    }),
  };
}

/**
 * The vocabulary of some of the texts, and every text as a vector over it.
 * @param rows the texts that it is built from
 * @param leastTexts features of fewer texts are left out: in large sets they are noise, in small ones they are all there is
 */
export function buildVocabulary({ hashes, texts }: CountedTexts, rows: readonly number[], leastTexts: number): { vocabulary: Vocabulary; vectors: readonly SparseRow[] } {
  const documents = new Uint32Array(hashes.length);
  for (const row of rows) for (const number of texts[row]?.numbers ?? []) documents[number] = (documents[number] ?? 0) + 1;
  const kept = Uint32Array.from(hashes.keys()).filter((number) => (documents[number] ?? 0) >= leastTexts);
  const idf = Float32Array.from(kept, (number) => Math.log((1 + rows.length) / (1 + (documents[number] ?? 0))) + 1);
  const placeOf = new Int32Array(hashes.length).fill(-1);
  for (let place = 0; place < kept.length; place++) placeOf[kept[place] ?? 0] = place;
  const unknownIdf = idfOfUnknown(idf);
  const vectors = texts.map(({ numbers, logCounts }): SparseRow => {
    const places = new Uint32Array(numbers.length);
    const weights = new Float32Array(numbers.length);
    let size = 0;
    let unknown = 0;
    for (let at = 0; at < numbers.length; at++) {
      const place = placeOf[numbers[at] ?? 0] ?? -1;
      if (place < 0) {
        unknown += ((logCounts[at] ?? 0) * unknownIdf) ** 2;
        continue;
      }
      places[size] = place;
      weights[size] = (logCounts[at] ?? 0) * (idf[place] ?? 0);
      size++;
    }
    return unit(places.subarray(0, size), weights.subarray(0, size), unknown);
  });
  return { vocabulary: vocabularyOf(kept.map((number) => hashes[number] ?? 0), idf), vectors };
}

/**
 * A feature that no text had is as rare as the rarest. It has no weight, but a place in the length of the vector:
 * otherwise a text of which three characters are known would score as surely as one that is known whole.
 */
function idfOfUnknown(idf: Float32Array): number {
  return idf.reduce((highest, value) => Math.max(highest, value), 0);
}

/** @param unknown squares of the weights of features that have no place */
function unit(places: Uint32Array, weights: Float32Array, unknown: number): SparseRow {
  let square = unknown;
  for (const weight of weights) square += weight * weight;
  const norm = Math.sqrt(square) || 1;
  return { places, weights: weights.map((weight) => weight / norm) };
}

/** The TF-IDF vector of a text; the squares of its weights sum up to the share of the text that is known. */
export function featurise(text: string, vocabulary: Vocabulary): SparseRow {
  const entries: [number, number][] = [];
  let unknown = 0;
  for (const [feature, count] of extractFeatures(text)) {
    const place = vocabulary.placeOf(feature);
    const weight = 1 + Math.log(count);
    if (place === undefined) unknown += (weight * vocabulary.unknownIdf) ** 2;
    else entries.push([place, weight * (vocabulary.idf[place] ?? 0)]);
  }
  entries.sort(([a], [b]) => a - b);
  return unit(Uint32Array.from(entries, ([place]) => place), Float32Array.from(entries, ([, weight]) => weight), unknown);
}
