import { inflateRawSync } from 'node:zlib';
import { exactWords } from '@switchyard/guardrail';
import { GENERAL_CHINESE } from './general-chinese.js';

/** How often strings stand in general Chinese, by a dictionary of words with their counts. */
export interface GeneralLanguage {
  /**
   * Where each of the strings is expected, per word of running text: as a word, inside a longer one, or across the
   * border of words that meet by chance.
   */
  readonly ratesOf: (strings: readonly string[]) => number[];
  /** The general words that hold each of the strings and more, the most frequent first. */
  readonly longerWords: (strings: readonly string[]) => { readonly word: string; readonly count: number }[][];
  /** Count of a word as such; 0 where the dictionary lacks it. */
  readonly countOf: (word: string) => number;
}

let prepared: GeneralLanguage | undefined;

/** The dictionary, opened on first use: 79,000 words. */
export function generalLanguage(): GeneralLanguage {
  prepared ??= open();
  return prepared;
}

const add = (map: Map<string, number>, key: string, count: number): void => {
  map.set(key, (map.get(key) ?? 0) + count);
};

function open(): GeneralLanguage {
  const [first = '1', ...lines] = inflateRawSync(Buffer.from(GENERAL_CHINESE, 'base64')).toString('utf8').split('\n');
  const total = Number(first);
  const counts = new Map<string, number>();
  const begins = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const line of lines) {
    const [word = '', number = '0'] = line.split(' ');
    const count = Number(number);
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
    countOf: (word) => counts.get(word) ?? 0,
  };
}
