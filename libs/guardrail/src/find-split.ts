import { PARTS } from './data/parts.js';
import type { Found } from './find-plain.js';
import { isHanUnit, type NormalisedText } from './normalise.js';
import type { OrdinaryPairs } from './ordinary-pairs.js';
import { NO_STATE, NO_WORD, type WordTrie } from './word-trie.js';

/** Characters by their two parts, those that the words hold. */
export interface SplitCharacters {
  /** The character that the two make side by side, or 0. */
  readonly joined: (left: number, right: number) => number;
}

const BITS = 16;
const REACH = 8;

/** @param isUsed whether a word holds the character */
export function splitCharacters(isUsed: (code: number) => boolean): SplitCharacters {
  const wholes = new Map<number, number>();
  const filter = new Uint32Array(2 ** (BITS - 5));
  const bitOf = (left: number, right: number): number => Math.imul(Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b), 0x2c1b3c6d) >>> (32 - BITS);
  for (let at = 0; at + 2 < PARTS.length; at += 3) {
    const [left, right, whole] = [PARTS.charCodeAt(at), PARTS.charCodeAt(at + 1), PARTS.charCodeAt(at + 2)];
    if (!isUsed(whole)) continue;
    const bit = bitOf(left, right);
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    wholes.set(left * 0x10000 + right, whole);
  }
  return {
    joined(left, right) {
      const bit = bitOf(left, right);
      return ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0 ? 0 : (wholes.get(left * 0x10000 + right) ?? 0);
    },
  };
}

/** Finds words with characters that were written as their two parts ("女子" for "好"), where that leaves an unusual pair. */
export function findSplit(trie: WordTrie, split: SplitCharacters, pairs: OrdinaryPairs, { codes, length }: NormalisedText, found: Found): void {
  for (let at = 0; at + 1 < length; at++) {
    const whole = split.joined(codes[at] ?? 0, codes[at + 1] ?? 0);
    if (whole === 0) continue;
    for (let from = at; from >= 0 && from > at - REACH && isHanUnit(codes[from] ?? 0); from--) {
      let state = 0;
      for (let next = from; next < at && state !== NO_STATE; next++) state = trie.child(state, codes[next] ?? 0);
      if (state === NO_STATE) continue;
      const joined = trie.child(state, whole);
      if (joined !== NO_STATE) go(from, at + 2, joined, at - from + 1, 1);
    }
  }

  function go(from: number, to: number, state: number, size: number, splits: number): void {
    const word = trie.wordOf[state] ?? NO_WORD;
    if (word !== NO_WORD && (size >= 3 || (size === 2 && splits === 2)) && isOdd(from, to)) found(from, to - 1, word);
    if (to >= length) return;
    const plain = trie.child(state, codes[to] ?? 0);
    if (plain !== NO_STATE) go(from, to + 1, plain, size + 1, splits);
    if (to + 1 >= length) return;
    const whole = split.joined(codes[to] ?? 0, codes[to + 1] ?? 0);
    const next = whole === 0 ? NO_STATE : trie.child(state, whole);
    if (next !== NO_STATE) go(from, to + 2, next, size + 1, splits + 1);
  }

  function isOdd(from: number, to: number): boolean {
    for (let at = from; at + 1 < to; at++) if (!pairs.isOrdinary(codes[at] ?? 0, codes[at + 1] ?? 0)) return true;
    return false;
  }
}
