import type { SparseVector } from '@switchyard/contracts';
import { extractTerms, type Term } from './extract-terms.js';
import { alternativesOf, type Synonyms } from './synonyms.js';
import { hashTerm } from './hash-term.js';

/** Robertson's usual values, which Qdrant has as well. */
export const BM25_K1 = 1.2;
export const BM25_B = 0.75;
/**
 * Terms of an average passage (words and pairs). A constant, not a mean of the collection: the weights are stored
 * with each passage, and a mean that moves would make old and new passages unequal.
 */
export const AVERAGE_TERMS = 160;

/** Weight of a character n-gram beside that of a whole word: enough to find "wifi" by "wi-fi", too little to outvote a word. */
const GRAM_WEIGHT = 0.25;
/** Weight of a synonym in a question: the customer's own word stays the stronger one. */
const SYNONYM_WEIGHT = 0.5;

/** Ids of the 3- to 5-grams of the English words, with the word's edges; the prefix keeps them apart from words. */
function gramIds(terms: readonly Term[]): Set<number> {
  const ids = new Set<number>();
  for (const word of new Set(terms.filter(({ term, kind }) => kind === 'word' && /^[a-z]{4,}$/u.test(term)).map(({ term }) => term))) {
    const edged = `<${word}>`;
    for (let size = 3; size <= 5; size++) {
      for (let at = 0; at + size <= edged.length; at++) ids.add(hashTerm(`#${edged.slice(at, at + size)}`));
    }
  }
  return ids;
}

/**
 * Term-frequency part of BM25 for one passage, by term id; the store multiplies the inverse document frequency in.
 * `averageTerms`: the mean length to normalise by, for a corpus that is measured as a whole.
 */
export function passageVector(terms: readonly Term[], averageTerms: number = AVERAGE_TERMS): SparseVector {
  const counts = new Map<number, number>();
  for (const { term } of terms) {
    const id = hashTerm(term);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const damping = BM25_K1 * (1 - BM25_B + (BM25_B * terms.length) / averageTerms);
  const weights = new Map<number, number>();
  for (const id of gramIds(terms)) weights.set(id, GRAM_WEIGHT);
  for (const [id, count] of counts) weights.set(id, (count * (BM25_K1 + 1)) / (count + damping));
  return { indices: [...weights.keys()], values: [...weights.values()] };
}

/**
 * A question's vector: weight 1 for every distinct term, and less for what says the same in other words. Where all
 * terms are known to the passages in the words they use, that is the plain BM25 query. `synonyms`: the built-in ones where absent.
 */
export function queryVector(query: string, synonyms?: Synonyms): SparseVector {
  const terms = extractTerms(query);
  const weights = new Map<number, number>();
  for (const same of alternativesOf(query, synonyms).values()) for (const term of same.flat()) weights.set(hashTerm(term), SYNONYM_WEIGHT);
  for (const id of gramIds(terms)) weights.set(id, 1);
  for (const { term } of terms) weights.set(hashTerm(term), 1);
  return { indices: [...weights.keys()], values: [...weights.values()] };
}

/** How much a term tells, by the passages that hold it. The same formula as in the stores, so that scores compare. */
export function inverseDocumentFrequency(passages: number, frequency: number): number {
  return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5));
}
