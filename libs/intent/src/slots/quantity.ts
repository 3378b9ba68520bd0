import { readChineseNumber, readEnglishNumber } from '../read-number.js';

/** Digits, with separators of thousands and a fraction. */
export const DIGITS = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?`;
export const HAN_NUMERAL = '[零〇一二三四五六七八九十百千万两]{1,10}';
const UNITS = 'one|two|three|four|five|six|seven|eight|nine';
const TEENS = 'ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen';
const TENS = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety';
/** English words for a number up to some thousands; "a" and "an" only before hundred and thousand. */
export const ENGLISH_NUMERAL = `(?:(?:a|${UNITS}|${TEENS}|${TENS}(?:[ -](?:${UNITS}))?) (?:hundred|thousand)(?: (?:and )?(?:${TENS}|${TEENS}|${UNITS})(?:[ -](?:${UNITS}))?)?|(?:${TENS})(?:[ -](?:${UNITS}))?|${TEENS}|${UNITS})`;

/** The number that was written in one of these ways. */
export function quantityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const plain = text.trim().toLowerCase();
  if (/^\d/.test(plain)) return Number(plain.replaceAll(',', ''));
  if (/^[a-z]/.test(plain)) return readEnglishNumber(plain.replace(/^an? /, '').replaceAll(' and ', ' '));
  return readChineseNumber(plain);
}
