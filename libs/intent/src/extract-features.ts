import { FeatureCounts, type CountedFeatures } from './feature-counts.js';
import { readPlain } from './plain-text.js';
import { wordLengths } from './word-lengths.js';

const LONGEST_TEXT = 2_000;
/** Words that stand further apart are no pair. */
const PAIR_WINDOW = 8;
/** What counts of a word in a pair: long endings do not. */
const PAIR_LETTERS = 9;
/** Grams of one kind never collide with those of another. */
const WORD_SEED = 0x811c9dc5;
const BIGRAM_SEED = 0x2545f491;
const PAIR_SEED = 0x51ed270b;
const LATIN_SEED = 0x9e3779b9;
const HAN_SEED = 0x7f4a7c15;
const SPACE = 0x20;
const ZERO = 0x30;
/** A longer number looks like one of so many digits. */
const MOST_DIGITS = 9;

const step = (value: number, code: number): number => Math.imul(value ^ code, 0x01000193);

/** FNV alone leaves the low bits of short strings poor. */
function finish(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 1;
}

/** The same whichever of the two comes first. */
const hashPair = (one: number, other: number): number => finish(Math.imul(Math.min(one, other) ^ PAIR_SEED, 0x85ebca6b) ^ Math.max(one, other));

/** Pairs of words, and words of Chinese, have the highest bit: they are many, and help only where a label has many examples. */
const RICH_BIT = 0x8000_0000;
export const isRich = (feature: number): boolean => feature >= RICH_BIT;

/** What is read now, as code units. Buffers that serve one text after the other: a message takes a tenth of a millisecond in all. */
let units = new Uint16Array(256);
let han = new Uint8Array(256);
const counted = new FeatureCounts();
const stems = new Int32Array(LONGEST_TEXT);
let last: string | undefined;

/**
 * What the classifier sees of a text: hashes of its words, of words in a row, of pairs of words anywhere near each other,
 * of character 2- to 5-grams of Latin words (with their borders), and of 1- to 3-grams of Han characters. Valid until the
 * next call; the same text again costs nothing, as several classifiers read a message one after the other.
 */
export function extractFeatures(text: string): CountedFeatures {
  const seen = text.slice(0, LONGEST_TEXT);
  if (seen === last) return counted;
  last = undefined;
  const length = readUnits(seen);
  counted.clear();
  let words = 0;
  // Where the word before stands, for words in a row; empty at the start and beside Han characters.
  let before = { from: 0, to: 0 };
  for (let from = 0; from < length; ) {
    if (units[from] === SPACE) {
      from++;
      continue;
    }
    let to = from + 1;
    while (to < length && units[to] !== SPACE && han[to] === han[from]) to++;
    if (han[from] === 1) {
      addHanGrams(from, to);
      addHanWords(from, to);
      before = { from, to: from };
    } else {
      addWord(before.from, before.to, from, to, 0);
      addLatinGrams(from, to);
      addPairs(from, to, words++);
      before = { from, to };
    }
    from = to;
  }
  last = seen;
  return counted;
}

/** Numbers say what the customer has, not what they want: all of one length are one word. */
function readUnits(text: string): number {
  const plain = readPlain(text);
  if (units.length < plain.length) {
    units = new Uint16Array(plain.length);
    han = new Uint8Array(plain.length);
  }
  let length = 0;
  let digits = 0;
  for (let at = 0; at < plain.length; at++) {
    const code = plain.codes[at] as number;
    const isDigit = code >= ZERO && code < ZERO + 10;
    digits = isDigit ? digits + 1 : 0;
    if (digits > MOST_DIGITS) continue;
    units[length] = isDigit ? ZERO : code;
    han[length++] = plain.han[at] as number;
  }
  return length;
}

function hash(seed: number, from: number, to: number): number {
  let value = seed;
  for (let at = from; at < to; at++) value = step(value, units[at] as number);
  return value;
}

/** A word and the pair that it makes with the one before it. @param kind 0 or RICH_BIT */
function addWord(beforeFrom: number, beforeTo: number, from: number, to: number, kind: number): void {
  counted.add(kind | finish(hash(WORD_SEED, from, to)));
  counted.add(kind | finish(hash(step(hash(BIGRAM_SEED, beforeFrom, beforeTo), SPACE), from, to)));
}

/** Chinese writes no spaces: its words are those of the Unicode library's dictionary. */
function addHanWords(from: number, to: number): void {
  let beforeFrom = from;
  let at = from;
  for (const length of wordLengths(String.fromCharCode(...units.subarray(from, to)))) {
    addWord(beforeFrom, at, at, at + length, RICH_BIT);
    beforeFrom = at;
    at += length;
  }
}

function addPairs(from: number, to: number, word: number): void {
  const stem = finish(hash(WORD_SEED, from, Math.min(to, from + PAIR_LETTERS)));
  for (let at = Math.max(0, word - PAIR_WINDOW); at < word; at++) counted.add(RICH_BIT | hashPair(stem, stems[at] as number));
  stems[word] = stem;
}

/** Grams of the word with a space on each side. */
function addLatinGrams(wordFrom: number, wordTo: number): void {
  for (let from = wordFrom - 1; from < wordTo; from++) {
    let value = step(LATIN_SEED, from < wordFrom ? SPACE : (units[from] as number));
    const end = Math.min(from + 5, wordTo + 1);
    for (let at = from + 1; at < end; at++) {
      value = step(value, at < wordTo ? (units[at] as number) : SPACE);
      counted.add(finish(value));
    }
  }
}

const isLow = (code: number | undefined): boolean => code !== undefined && (code & 0xfc00) === 0xdc00;

function addHanGrams(runFrom: number, runTo: number): void {
  for (let from = runFrom; from < runTo; from++) {
    if (isLow(units[from])) continue;
    let value = HAN_SEED;
    let characters = 0;
    for (let at = from; at < runTo && characters < 3; at++) {
      value = step(value, units[at] as number);
      // A character of two units counts where it ends.
      if (at + 1 < runTo && isLow(units[at + 1])) continue;
      characters++;
      counted.add(finish(value));
    }
  }
}
