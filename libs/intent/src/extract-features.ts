import { plainText } from './plain-text.js';

const LONGEST_TEXT = 2_000;
/** Words that stand further apart are no pair. */
const PAIR_WINDOW = 8;
/** What counts of a word in a pair: long endings do not. */
const PAIR_LETTERS = 9;
const HAN = /\p{Script=Han}/u;
/** Grams of one kind never collide with those of another. */
const WORD_SEED = 0x811c9dc5;
const BIGRAM_SEED = 0x2545f491;
const PAIR_SEED = 0x51ed270b;
const LATIN_SEED = 0x9e3779b9;
const HAN_SEED = 0x7f4a7c15;
/** Chinese writes no spaces: its words are those of the Unicode library's dictionary. */
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function hash(seed: number, text: string, from = 0, to = text.length): number {
  let value = seed;
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  // FNV alone leaves the low bits of short strings poor.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 1;
}

/** Pairs of words, and words of Chinese, have the highest bit: they are many, and help only where a label has many examples. */
const RICH_BIT = 0x8000_0000;
export const isRich = (feature: number): boolean => feature >= RICH_BIT;

/**
 * What the classifier sees of a text: hashes of its words, of words in a row, of pairs of words anywhere near each other,
 * of character 2- to 5-grams of Latin words (with their borders), and of 1- to 3-grams of Han characters. Hash -> how often.
 */
export function extractFeatures(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (feature: number): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const plain = plainText(text.slice(0, LONGEST_TEXT));
  // Numbers say what the customer has, not what they want: all of one length are one word.
  const runs = plain.replace(/\d+/g, (digits) => '0'.repeat(Math.min(digits.length, 9))).match(/\p{Script=Han}+|[^\s\p{Script=Han}]+/gu) ?? [];
  const stems: string[] = [];
  let previous = '';
  const addWord = (word: string, kind: number): void => {
    add(kind + hash(WORD_SEED, word));
    add(kind + hash(BIGRAM_SEED, `${previous} ${word}`));
    previous = word;
  };
  for (const run of runs) {
    if (HAN.test(run)) {
      addHanGrams(run, add);
      previous = '';
      for (const { segment } of segmenter.segment(run)) addWord(segment, RICH_BIT);
      previous = '';
      continue;
    }
    addWord(run, 0);
    const bordered = ` ${run} `;
    for (let size = 2; size <= 5; size++) for (let at = 0; at + size <= bordered.length; at++) add(hash(LATIN_SEED, bordered, at, at + size));
    const stem = run.slice(0, PAIR_LETTERS);
    for (const other of stems.slice(-PAIR_WINDOW)) add(RICH_BIT + hash(PAIR_SEED, stem < other ? `${stem} ${other}` : `${other} ${stem}`));
    stems.push(stem);
  }
  return counts;
}

function addHanGrams(run: string, add: (feature: number) => void): void {
  const characters = Array.from(run);
  for (let size = 1; size <= 3; size++) for (let at = 0; at + size <= characters.length; at++) add(hash(HAN_SEED, characters.slice(at, at + size).join('')));
}
