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

const step = (value: number, code: number): number => Math.imul(value ^ code, 0x01000193);

/** FNV alone leaves the low bits of short strings poor. */
function finish(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 1;
}

function hash(seed: number, text: string): number {
  let value = seed;
  for (let at = 0; at < text.length; at++) value = step(value, text.charCodeAt(at));
  return finish(value);
}

/** The same whichever of the two comes first. */
const hashPair = (one: number, other: number): number => finish(Math.imul(Math.min(one, other) ^ PAIR_SEED, 0x85ebca6b) ^ Math.max(one, other));

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
  const stems: number[] = [];
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
    addLatinGrams(` ${run} `, add);
    const stem = hash(WORD_SEED, run.slice(0, PAIR_LETTERS));
    for (let at = Math.max(0, stems.length - PAIR_WINDOW); at < stems.length; at++) add(RICH_BIT + hashPair(stem, stems[at] ?? 0));
    stems.push(stem);
  }
  return counts;
}

function addLatinGrams(bordered: string, add: (feature: number) => void): void {
  for (let from = 0; from + 1 < bordered.length; from++) {
    let value = step(LATIN_SEED, bordered.charCodeAt(from));
    for (let at = from + 1; at < Math.min(from + 5, bordered.length); at++) {
      value = step(value, bordered.charCodeAt(at));
      add(finish(value));
    }
  }
}

function addHanGrams(run: string, add: (feature: number) => void): void {
  const characters = Array.from(run);
  for (let from = 0; from < characters.length; from++) {
    let value = HAN_SEED;
    for (let at = from; at < Math.min(from + 3, characters.length); at++) {
      const character = characters[at] ?? '';
      for (let unit = 0; unit < character.length; unit++) value = step(value, character.charCodeAt(unit));
      add(finish(value));
    }
  }
}
