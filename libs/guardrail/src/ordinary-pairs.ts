import { PAIRS } from './data/pairs.js';

/**
 * Whether two characters side by side are ordinary Chinese, by the dictionary of a word segmenter: what somebody hides
 * by turning words around, by like sounds or by splitting characters leaves pairs that nobody writes.
 */
export interface OrdinaryPairs {
  /** How rarely a word ends with the one where the next begins with the other: 20 is once in 2^20 places. */
  readonly rarity: (first: number, second: number) => number;
  /** Whether the pair stands inside a word of general Chinese. */
  readonly isInWord: (first: number, second: number) => boolean;
  /** The same, and often: a pair that two characters make by chance in one place of thirty. */
  readonly isOftenInWord: (first: number, second: number) => boolean;
  /** Whether the pair stands in a word, or one word often ends where the next begins with the other. */
  readonly isOrdinary: (first: number, second: number) => boolean;
}

const BITS = 21;
const OFTEN = '-'.charCodeAt(0);
const FIRST_HAN = 0x3400;
const RAREST = 35;
/** Two words that meet at this rate or more (2^-17 of all places) are ordinary neighbours. */
const ORDINARY_MEETING = 17;

let prepared: OrdinaryPairs | undefined;

/** The table, read on first use. It takes 0.6 MB; one pair in a hundred is taken for ordinary wrongly. */
export function ordinaryPairs(): OrdinaryPairs {
  prepared ??= prepare();
  return prepared;
}

function prepare(): OrdinaryPairs {
  const filter = new Uint32Array(2 ** (BITS - 5));
  const often = new Uint32Array(2 ** (BITS - 5));
  const begins = new Uint8Array(0xa000 - FIRST_HAN).fill(RAREST);
  const ends = new Uint8Array(0xa000 - FIRST_HAN).fill(RAREST);
  const one = (first: number, second: number): number => Math.imul(Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b), 0x2c1b3c6d) >>> (32 - BITS);
  const other = (first: number, second: number): number => Math.imul(Math.imul(first, 0xc2b2ae35) ^ Math.imul(second, 0x27d4eb2f), 0x165667b1) >>> (32 - BITS);
  for (const entry of PAIRS.split(' ')) {
    const first = entry.charCodeAt(0);
    begins[first - FIRST_HAN] = entry.charCodeAt(1) - 48;
    ends[first - FIRST_HAN] = entry.charCodeAt(2) - 48;
    let isOften = true;
    for (let at = 3; at < entry.length; at++) {
      if (entry.charCodeAt(at) === OFTEN) isOften = false;
      else {
        for (const bit of [one(first, entry.charCodeAt(at)), other(first, entry.charCodeAt(at))]) {
          filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
          if (isOften) often[bit >>> 5] = (often[bit >>> 5] ?? 0) | (1 << (bit & 31));
        }
      }
    }
  }
  const has = (bits: Uint32Array, bit: number): boolean => ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  const isInWord = (first: number, second: number): boolean => has(filter, one(first, second)) && has(filter, other(first, second));
  const meeting = (first: number, second: number): number => (ends[first - FIRST_HAN] ?? RAREST) + (begins[second - FIRST_HAN] ?? RAREST);
  return {
    rarity: meeting,
    isInWord,
    isOftenInWord: (first, second) => has(often, one(first, second)) && has(often, other(first, second)),
    isOrdinary: (first, second) => isInWord(first, second) || meeting(first, second) <= ORDINARY_MEETING,
  };
}
