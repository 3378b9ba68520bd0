import { exactWords } from '@switchyard/guardrail';
import type { GeneralLanguage } from './general-language.js';
import { findAllowed } from './find-allowed.js';
import { isUnmistakable } from './grave-words.js';
import { tellHarmless, type HarmlessKind } from './tell-harmless.js';

/** What a review says about one word of a list. */
export interface ReviewedWord {
  readonly word: string;
  /** `block`: the list's own action. `flag`: recorded only, since ordinary messages hold the word. */
  readonly tier: 'block' | 'flag';
  readonly reason: 'kept' | 'ordinary' | 'frequent' | 'own_text' | 'one_character' | HarmlessKind;
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
/** So does every pair of characters that is no word: sooner or later a longer word holds it ("鸭店" in "烤鸭店"). */
const isPair = (word: string): boolean => /^[\u3400-\u9fff]{2}$/.test(word);
const IN_10_000 = 10_000;

/**
 * Reviews a list of sensitive words against general language and the site's own texts. The order of the list is kept.
 * @param ownTexts what the site itself says and is asked: utterances, answers, documents, harmless messages of the past
 */
export function reviewList(list: readonly string[], ownTexts: Iterable<string>, general: GeneralLanguage, limits: ReviewLimits = REVIEW_LIMITS): ReviewedWord[] {
  const words = [...new Set(list.map((word) => word.toLowerCase()))];
  const search = exactWords(words);
  const rates = general.ratesOf(words);
  const own = countIn(ownTexts, words.length, search);
  const inList = countIn(words, words.length, search);
  const listWords = words.reduce((sum, word) => sum + word.length, 0) / CHARACTERS_A_WORD;
  const judged = words.map((word, index) => {
    const rate = rates[index] ?? 0;
    const keyness = rate === 0 ? Number.POSITIVE_INFINITY : (inList[index] ?? 0) / listWords / rate;
    // A string that is no word and holds what can only be meant was put into the list for that, however often it arises.
    const isMeant = isUnmistakable(word) && general.countOf(word) === 0 && !general.isWord(word);
    const reason = reasonByCount(word, rate, isMeant ? Number.POSITIVE_INFINITY : keyness, own[index] ?? 0, limits) ?? tellHarmless(word, general) ?? 'kept';
    return { word, rate, keyness, reason, inOwnTexts: own[index] ?? 0 };
  });
  const blocked = judged.filter(({ reason }) => reason === 'kept').map(({ word }) => word);
  const allowed = new Map(findAllowed(blocked, new Set(words), general).map((texts, index) => [blocked[index], texts]));

  return judged.map(({ word, rate, reason, ...one }): ReviewedWord => ({
    ...one,
    word,
    reason,
    tier: reason === 'kept' ? 'block' : 'flag',
    rate: rate * IN_10_000,
    isStandalone: reason === 'kept' && general.countOf(word) === 0 && (rate >= STANDALONE_RATE || isPair(word)),
    allow: allowed.get(word) ?? [],
  }));
}

function reasonByCount(word: string, rate: number, keyness: number, inOwnTexts: number, limits: ReviewLimits): ReviewedWord['reason'] | undefined {
  if (inOwnTexts > 0) return 'own_text';
  if (Array.from(word).length < 2) return 'one_character';
  if (rate >= limits.mostRate) return 'frequent';
  return rate >= limits.leastRate && keyness < limits.leastKeyness ? 'ordinary' : undefined;
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
