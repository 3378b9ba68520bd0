import { normaliseText } from '../terms/normalise-text.js';
import { canonicalChinese } from './canonical-chinese.js';
import { canonicalEnglish } from './canonical-english.js';
import { MARK, markValues } from './values-in.js';

/** What a question asks, apart from how it is said. */
export interface CanonicalAsk {
  /** What is asked for (`how`, `when`, `yes_no` …), in the order of the question. */
  readonly asks: readonly string[];
  /** What may, must, will or did happen. */
  readonly modes: readonly string[];
  /** All the rest in its order: words, and normalised values in `<…>`. */
  readonly terms: readonly string[];
  readonly values: readonly string[];
  /** It points to what was said before or to a day that moves: it has no answer of its own, or not for long. */
  readonly leans: boolean;
}

/** A longer message tells a story; two of those are never taken for one. */
const LONGEST = 300;

/**
 * The canonical form of a question in Chinese or English: values normalised, synonyms made one, words of politeness gone,
 * all else as it was and in its order. Undefined for what is too long, or has no words of its own.
 */
export function canonicalAsk(text: string): CanonicalAsk | undefined {
  if (text.length > LONGEST) return undefined;
  const marked = markValues(text);
  const plain = normaliseText(marked.text).replace(/\s+/gu, ' ').trim();
  const isChinese = /\p{Script=Han}/u.test(text);
  const found = isChinese ? canonicalChinese(plain) : canonicalEnglish(plain);
  const terms = found.terms.map((term) => term.replace(MARK, (_mark, place: string) => `<${marked.values[Number(place)] ?? ''}>`));
  if (terms.length === 0) return undefined;
  return { ...found, terms, values: marked.values };
}

/** One string for each thing that can be asked; two questions with the same ask the same. */
export function askKey(ask: CanonicalAsk): string {
  return JSON.stringify([ask.asks, ask.modes, ask.terms]);
}
