import type { SoundSearch, SyllableFilter } from './find-by-sound.js';
import { isHanUnit } from './normalise.js';
import { knownLatin } from './known-latin.js';
import { ordinaryPairs } from './ordinary-pairs.js';
import { NO_SYLLABLE, readings as readReadings } from './readings.js';
import type { WordTrie } from './word-trie.js';

const BITS = 20;
const WORDS_A_STEP = 1_024;
const SHORTEST_HOMOPHONE = 3;
const LETTERS = 26;
const LATIN_A = 0x61;

const bitOf = (first: number, second: number, third: number): number => Math.imul(Math.imul(first * 421 + second, 0x9e3779b1) ^ Math.imul(third, 0x85ebca6b), 0x2c1b3c6d) >>> (32 - BITS);

/** Prepares the words of a trie to be found by their sound; in steps of a millisecond or so. */
export function* soundSearchInSteps(trie: WordTrie, words: readonly string[]): Generator<void, SoundSearch & { readonly filter: SyllableFilter; readonly isUsed: (code: number) => boolean }> {
  const readings = readReadings();
  yield;
  const pairs = ordinaryPairs();
  yield;
  const known = knownLatin();
  yield;

  const bits = new Uint32Array(2 ** (BITS - 5));
  const used = new Uint8Array(0x10000);
  for (const [index, word] of words.entries()) {
    if (index % WORDS_A_STEP === 0) yield;
    for (let at = 0; at < word.length; at++) used[word.charCodeAt(at)] = 1;
    if (word.length < SHORTEST_HOMOPHONE) continue;
    const [first = NO_SYLLABLE, second = NO_SYLLABLE, third = NO_SYLLABLE] = [readings.usual[word.charCodeAt(0)], readings.usual[word.charCodeAt(1)], readings.usual[word.charCodeAt(2)]];
    if (first === NO_SYLLABLE || second === NO_SYLLABLE || third === NO_SYLLABLE) continue;
    const bit = bitOf(first, second, third);
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  const roots: number[] = [];
  for (let state = trie.firstChild(0); state < trie.endOfChildren(0); state++) if (isHanUnit(trie.codeOf[state] ?? 0)) roots.push(state);
  const bySyllable = new Map<number, number[]>();
  const byLetter = Array.from({ length: LETTERS }, (_, letter) => roots.filter((state) => readings.begins(trie.codeOf[state] ?? 0, LATIN_A + letter)));
  yield;
  const rootsOfSyllable = (syllable: number): readonly number[] => {
    let states = bySyllable.get(syllable);
    if (!states) {
      states = roots.filter((state) => readings.sounds(trie.codeOf[state] ?? 0, syllable));
      bySyllable.set(syllable, states);
    }
    return states;
  };
  return {
    trie,
    readings,
    pairs,
    known: (word) => known.has(word),
    rootsOfSyllable,
    rootsOfLetter: (letter) => byLetter[letter - LATIN_A] ?? [],
    filter: {
      mayBegin(first, second, third) {
        const bit = bitOf(first, second, third);
        return ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
      },
    },
    isUsed: (code) => used[code] === 1,
  };
}
