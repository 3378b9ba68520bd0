import { plainText } from './plain-text.js';

const LONGEST_TEXT = 2_000;
const HAN = /\p{Script=Han}/u;
/** Grams of one kind never collide with those of another. */
const WORD_SEED = 0x811c9dc5;
const PAIR_SEED = 0x2545f491;
const LATIN_SEED = 0x9e3779b9;
const HAN_SEED = 0x7f4a7c15;

function hash(seed: number, text: string, from: number, to: number): number {
  let value = seed;
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  // FNV alone leaves the low bits of short strings poor.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/**
 * What the classifier sees of a text: hashes of its words and pairs of words, of character 2- to 5-grams of Latin words
 * (with their borders), and of 1- to 3-grams of Han characters. Hash -> how often.
 */
export function extractFeatures(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (feature: number): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const plain = plainText(text.slice(0, LONGEST_TEXT));
  // Numbers say what the customer has, not what they want: all of one length are one word.
  const runs = plain.replace(/\d+/g, (digits) => '0'.repeat(Math.min(digits.length, 9))).match(/\p{Script=Han}+|[^\s\p{Script=Han}]+/gu) ?? [];
  let previous = '';
  for (const run of runs) {
    if (HAN.test(run)) {
      const characters = Array.from(run);
      for (let size = 1; size <= 3; size++) {
        for (let at = 0; at + size <= characters.length; at++) {
          const gram = characters.slice(at, at + size).join('');
          add(hash(HAN_SEED, gram, 0, gram.length));
        }
      }
      previous = '';
      continue;
    }
    add(hash(WORD_SEED, run, 0, run.length));
    const pair = `${previous} ${run}`;
    add(hash(PAIR_SEED, pair, 0, pair.length));
    previous = run;
    const bordered = ` ${run} `;
    for (let size = 2; size <= 5; size++) for (let at = 0; at + size <= bordered.length; at++) add(hash(LATIN_SEED, bordered, at, at + size));
  }
  return counts;
}
