import { SURNAMES } from './surnames.js';

/** Compound surnames begin with these, too. */
const SURNAME_BEGINNINGS = new RegExp(`[${SURNAMES}欧上司诸东皇尉公令慕端独]`, 'g');
const CAPITALS = /\p{Lu}/gu;
const DIGITS = /\p{Nd}+/gu;
const LATIN = /[A-Za-z0-9_.@:/-]{6,}/g;
const AT = /[@＠]/g;

/** `<PERSON_NAME_123456>` in the place of one Chinese character, and of two Latin ones. */
const BY_HAN_NAME = 17;
const BY_LATIN_NAME = 18;
/** `<LICENCE_PLATE_123456>`, `<IP_ADDRESS_123456>` and the like in the place of the shortest value of their kind; each holds digits. */
const BY_DIGITS = 16;
/** Of values that are found again inside of a long number, each has six digits at least; one may begin or end in it. */
const SHORTEST_NUMBER = 5;
/** `<WECHAT_123456>` in the place of six letters; whatever else has no digits is longer, or has an `@`. */
const BY_LETTERS = 9;
const SHORTEST_CODE = 6;
const BY_AT = 9;

/**
 * By how many bytes (UTF-8) a text can grow when personal data in it is replaced by placeholders, at most: whatever is found, and
 * whatever the conversation knows already. Reckoned from what every finding holds: a name its capital or its surname, a number
 * its digits, an account its letters. Time is in proportion to the text.
 */
export function mostGrowth(text: string): number {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  let growth = BY_LATIN_NAME * count(CAPITALS) + BY_HAN_NAME * count(SURNAME_BEGINNINGS) + BY_AT * count(AT);
  for (const [digits] of text.matchAll(DIGITS)) growth += BY_DIGITS * (1 + Math.floor(digits.length / SHORTEST_NUMBER));
  for (const [letters] of text.matchAll(LATIN)) growth += BY_LETTERS * Math.floor(letters.length / SHORTEST_CODE);
  return growth;
}
