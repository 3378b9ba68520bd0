import { exactWords } from '@switchyard/guardrail';
import type { GeneralLanguage } from './general-language.js';
import { isGrave } from './grave-words.js';

const MOST_ALLOWED = 20;
/** Longer ones hardly ever arise so. */
const LONGEST_SUFFIXED = 4;
const HAN = /^[\u3400-\u9fff]{2,}$/;

/**
 * For each word that is acted on, the longer strings of general Chinese in which it is harmless, because it stands there by chance:
 * words of the dictionary ("不信教" of one for "信教"), and words with a suffix ("烤鸭店" for "鸭店"). Nothing is
 * allowed that holds another word that is acted on: it would hide it.
 * @param blocked the words that are acted on
 * @param listed all words of the list
 */
export function findAllowed(blocked: readonly string[], listed: ReadonlySet<string>, general: GeneralLanguage): string[][] {
  const search = exactWords(blocked);
  const longer = general.longerWords(blocked);
  const isWord = (word: string): boolean => general.countOf(word) > 0;
  const suffixed = general.suffixed(
    blocked.map((word) => (HAN.test(word) && word.length <= LONGEST_SUFFIXED && !isWord(word) && !isGrave(word) ? word : '')),
    (word) => !isGrave(word) && !listed.has(word),
  );
  const holdsAnother = (text: string, own: number): boolean => {
    let holds = false;
    search.each(text, (word) => (holds ||= word !== own));
    return holds;
  };
  return blocked.map((word, index) => {
    const held = (longer[index] ?? []).filter((one) => !listed.has(one.word) && (!isWord(word) || standsAcross(one.word, word, general)));
    const all = [...held.map(({ word: text, count }) => ({ text, count })), ...(suffixed[index] ?? [])].filter(({ text }) => !listed.has(text) && !holdsAnother(text, index));
    return [...new Set(all.toSorted((a, b) => b.count - a.count).map(({ text }) => text))].slice(0, MOST_ALLOWED);
  });
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
