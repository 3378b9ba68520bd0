import { exactWords } from '@switchyard/guardrail';
import type { GeneralLanguage } from './general-language.js';

/** What a review says about one word of a list. */
export interface ReviewedWord {
  readonly word: string;
  /** `block`: the list's own action. `flag`: recorded only, since ordinary messages hold the word. */
  readonly tier: 'block' | 'flag';
  readonly reason: 'kept' | 'ordinary' | 'frequent' | 'own_text' | 'one_character';
  /** Expected occurrences in 10,000 words of general Chinese. */
  readonly rate: number;
  /** How many times as often the list holds it as general Chinese does. */
  readonly keyness: number;
  /** Occurrences in the site's own texts. */
  readonly inOwnTexts: number;
  /** Only where it is no part of a longer word. */
  readonly isStandalone: boolean;
  /** General words that hold it by chance, in which it is harmless. */
  readonly allow: readonly string[];
}

/**
 * From these on a word is ordinary language. Keyness is the rate in the list by the rate in general language: of words
 * that lists are made of ("枪支" in a hundred combinations) it is in the dozens, of words that merely got into one below
 * ten. Chosen on encyclopaedic and forum texts, by what was still flagged there.
 */
export interface ReviewLimits {
  /** Rarer words are never ordinary; occurrences per word of text. */
  readonly leastRate: number;
  /** Words of less keyness than this are ordinary. */
  readonly leastKeyness: number;
  /** More frequent words are never blocked, whatever their keyness. */
  readonly mostRate: number;
}

export const REVIEW_LIMITS: ReviewLimits = { leastRate: 1e-7, leastKeyness: 50, mostRate: 1.5e-5 };

/** Characters a word in running Chinese, which makes rates in a list and in text comparable. */
const CHARACTERS_A_WORD = 1.6;
/** A string that is no word, but that words make at this rate when they meet or in their middle, needs borders. */
const STANDALONE_RATE = 2e-8;
const MOST_ALLOWED = 20;
const IN_10_000 = 10_000;

/**
 * Reviews a list of sensitive words against general language and the site's own texts. The order of the list is kept.
 * @param ownTexts what the site itself says and is asked: utterances, answers, documents, harmless messages of the past
 */
export function reviewList(list: readonly string[], ownTexts: Iterable<string>, general: GeneralLanguage, limits: ReviewLimits = REVIEW_LIMITS): ReviewedWord[] {
  const words = [...new Set(list.map((word) => word.toLowerCase()))];
  const search = exactWords(words);
  const rates = general.ratesOf(words);
  const longer = general.longerWords(words);
  const own = countIn(ownTexts, words.length, search);
  const inList = countIn(words, words.length, search);
  const listed = new Set(words);
  const listWords = words.reduce((sum, word) => sum + word.length, 0) / CHARACTERS_A_WORD;

  return words.map((word, index): ReviewedWord => {
    const rate = rates[index] ?? 0;
    const keyness = rate === 0 ? Number.POSITIVE_INFINITY : (inList[index] ?? 0) / listWords / rate;
    const isWord = general.countOf(word) > 0;
    const reason = reasonOf(word, rate, keyness, own[index] ?? 0, limits);
    const allow = reason === 'kept' ? (longer[index] ?? []).filter((one) => !listed.has(one.word) && (!isWord || standsAcross(one.word, word, general))) : [];
    return {
      word,
      tier: reason === 'kept' ? 'block' : 'flag',
      reason,
      rate: rate * IN_10_000,
      keyness,
      inOwnTexts: own[index] ?? 0,
      isStandalone: reason === 'kept' && !isWord && rate >= STANDALONE_RATE,
      allow: allow.toSorted((a, b) => b.count - a.count).slice(0, MOST_ALLOWED).map((one) => one.word),
    };
  });
}

function reasonOf(word: string, rate: number, keyness: number, inOwnTexts: number, limits: ReviewLimits): ReviewedWord['reason'] {
  if (inOwnTexts > 0) return 'own_text';
  if (Array.from(word).length < 2) return 'one_character';
  if (rate >= limits.mostRate) return 'frequent';
  if (rate >= limits.leastRate && keyness < limits.leastKeyness) return 'ordinary';
  return 'kept';
}

/** In how many of the texts each word stands. */
function countIn(texts: Iterable<string>, size: number, search: ReturnType<typeof exactWords>): Uint32Array {
  const counts = new Uint32Array(size);
  for (const text of texts) {
    const seen = new Set<number>();
    search.each(text.toLowerCase(), (word) => seen.add(word));
    for (const word of seen) counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

/** Whether a longer word falls into general words such that a border lies inside the word: then it holds it by chance. */
function standsAcross(longer: string, word: string, general: GeneralLanguage): boolean {
  const from = longer.indexOf(word);
  for (let border = from + 1; border < from + word.length; border++) {
    const [left, right] = [longer.slice(0, border), longer.slice(border)];
    if (left.length > 1 && right.length > 1 && general.countOf(left) > 0 && general.countOf(right) > 0) return true;
  }
  return false;
}
