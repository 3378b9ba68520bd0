import { isHanUnit, type NormalisedText } from './normalise.js';
import type { OrdinaryPairs } from './ordinary-pairs.js';

/**
 * What the neighbours outside say about two characters that are a word backwards, in binary digits: one that makes an
 * ordinary word with them speaks for ordinary text. Fitted on encyclopaedic, shop and forum texts with words put in.
 */
const OFTEN_IN_WORD = -12;
const IN_WORD = -1;
const BOTH_IN_WORD = -7;
/** Rarity of the pair and what the neighbours say, together, from which two characters count as turned around. */
const ENOUGH = 19;
/** No pair is taken for more telling than this. */
const RAREST = 30;

/** Whether the units, a word read backwards, were turned around and are no chance of ordinary words side by side. */
export function isTurnedAround(pairs: OrdinaryPairs, { codes, length }: NormalisedText, first: number, last: number): boolean {
  const one = codes[first] ?? 0;
  const two = codes[first + 1] ?? 0;
  if (last - first > 1) {
    for (let at = first; at < last; at++) if (!pairs.isInWord(codes[at] ?? 0, codes[at + 1] ?? 0)) return !isOften(first - 1) || !isOften(last);
    return false;
  }
  if (pairs.isInWord(one, two)) return false;
  const [before, after] = [side(first - 1), side(last)];
  return Math.min(RAREST, pairs.rarity(one, two)) + before + after + (before !== 0 && after !== 0 ? BOTH_IN_WORD : 0) >= ENOUGH;

  function isOften(at: number): boolean {
    return at >= 0 && at + 1 < length && pairs.isOftenInWord(codes[at] ?? 0, codes[at + 1] ?? 0);
  }
  /** The pair of the unit and the next, one of which is outside. */
  function side(at: number): number {
    if (at < 0 || at + 1 >= length) return 0;
    const [left = 0, right = 0] = [codes[at], codes[at + 1]];
    if (!isHanUnit(left) || !isHanUnit(right)) return 0;
    if (pairs.isOftenInWord(left, right)) return OFTEN_IN_WORD;
    return pairs.isInWord(left, right) ? IN_WORD : 0;
  }
}
