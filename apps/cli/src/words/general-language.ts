import { brotliDecompressSync } from 'node:zlib';
import { exactWords } from '@switchyard/guardrail';
import { GENERAL_CHINESE, RARE_CHINESE } from './general-chinese.js';
import { wordsWithSuffix, type Suffixed } from './words-with-suffix.js';

/** How often strings stand in general Chinese, by a dictionary of words with their counts. */
export interface GeneralLanguage {
  /**
   * Where each of the strings is expected, per word of running text: as a word, inside a longer one, or across the
   * border of words that meet by chance.
   */
  readonly ratesOf: (strings: readonly string[]) => number[];
  /** The general words that hold each of the strings and more, the most frequent first. */
  readonly longerWords: (strings: readonly string[]) => { readonly word: string; readonly count: number }[][];
  /** Count of a word as such; 0 where the dictionary lacks it, or where it is rare. */
  readonly countOf: (word: string) => number;
  /** The ordinary words that each string is the end of, with its last character as their suffix, see `wordsWithSuffix`. */
  readonly suffixed: (strings: readonly string[], isOrdinary: (word: string) => boolean) => Suffixed[][];
  /** Whether the dictionary has it as a word, a rare one also, that is no name of a person. */
  readonly isWord: (word: string) => boolean;
}

let prepared: GeneralLanguage | undefined;

/** The dictionary, opened on first use: 79,000 words with their counts, and 160,000 rarer ones. */
export function generalLanguage(): GeneralLanguage {
  prepared ??= open();
  return prepared;
}

const add = (map: Map<string, number>, key: string, count: number): void => {
  map.set(key, (map.get(key) ?? 0) + count);
};

const unpack = (packed: string): string => brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8');

/** Each word is written as how many characters of the one before it begins with, and the rest. */
function rareWords(): Set<string> {
  const words = new Set<string>();
  let before = '';
  for (const [, shared = '0', rest = ''] of unpack(RARE_CHINESE).matchAll(/(\d)(\D+)/g)) {
    before = before.slice(0, Number(shared)) + rest;
    words.add(before);
  }
  return words;
}

function open(): GeneralLanguage {
  const rare = rareWords();
  const names = new Set<string>();
  const [first = '1', ...lines] = unpack(GENERAL_CHINESE).split('\n');
  const total = Number(first);
  const counts = new Map<string, number>();
  const begins = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const line of lines) {
    const [word = '', number = '0', mark] = line.split(' ');
    const count = Number(number);
    if (mark === 'n') names.add(word);
    counts.set(word, count);
    for (let size = 1; size <= word.length; size++) {
      add(begins, word.slice(0, size), count);
      add(ends, word.slice(-size), count);
    }
  }

  /** The string over at least one border: it begins with the end of a word and ends with the beginning of one. */
  const acrossBorders = (text: string): number => {
    const reached: number[] = [];
    for (let at = 1; at < text.length; at++) {
      let rate = (ends.get(text.slice(0, at)) ?? 0) / total;
      for (let from = 1; from < at; from++) rate += (reached[from] ?? 0) * ((counts.get(text.slice(from, at)) ?? 0) / total);
      reached[at] = rate;
    }
    return reached.reduce((sum, rate, at) => sum + rate * ((begins.get(text.slice(at)) ?? 0) / total), 0);
  };
  const inside = (strings: readonly string[], visit: (string: number, word: string, count: number) => void): void => {
    const search = exactWords(strings);
    for (const [word, count] of counts) {
      const seen = new Set<number>();
      search.each(word, (string) => {
        if (!seen.has(string)) visit(string, word, count);
        seen.add(string);
      });
    }
  };
  return {
    ratesOf(strings) {
      const rates = strings.map((text) => (text.length > 12 ? 0 : acrossBorders(text)));
      inside(strings, (string, _word, count) => {
        rates[string] = (rates[string] ?? 0) + count / total;
      });
      return rates;
    },
    longerWords(strings) {
      const found: { word: string; count: number }[][] = strings.map(() => []);
      inside(strings, (string, word, count) => {
        if (word !== strings[string]) found[string]?.push({ word, count });
      });
      return found;
    },
    suffixed: (strings, isOrdinary) => wordsWithSuffix(strings, counts, isOrdinary),
    countOf: (word) => counts.get(word) ?? 0,
    isWord: (word) => (counts.has(word) && !names.has(word)) || rare.has(word),
  };
}
