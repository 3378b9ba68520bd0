/** A number that stands in a text, with the words it was read from. */
export interface FoundNumber {
  readonly value: number;
  readonly raw: string;
  readonly index: number;
}

const DIGITS: Readonly<Record<string, number>> = { 零: 0, 〇: 0, 一: 1, 壹: 1, 二: 2, 贰: 2, 貳: 2, 两: 2, 兩: 2, 三: 3, 叁: 3, 四: 4, 肆: 4, 五: 5, 伍: 5, 六: 6, 陆: 6, 七: 7, 柒: 7, 八: 8, 捌: 8, 九: 9, 玖: 9 };
const UNITS: Readonly<Record<string, number>> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1_000, 仟: 1_000 };
const TEN_THOUSAND: Readonly<Record<string, number>> = { 万: 10_000, 萬: 10_000 };

/** "三百二十五" is 325, "两万三" 23,000, "一二三" 123; undefined where the characters make no number. */
export function readChineseNumber(text: string): number | undefined {
  const characters = Array.from(text);
  if (characters.length > 1 && characters.every((character) => DIGITS[character] !== undefined)) return Number(characters.map((character) => DIGITS[character]).join(''));
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  let lastUnit = 1;
  for (const character of characters) {
    const value = DIGITS[character];
    const unit = UNITS[character];
    const large = TEN_THOUSAND[character];
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = value;
      if (value === 0) lastUnit = 1;
    } else if (unit !== undefined) {
      section += (digit ?? (section === 0 ? 1 : 0)) * unit;
      if (digit === undefined && section === 0) return undefined;
      digit = undefined;
      lastUnit = unit;
    } else if (large !== undefined) {
      const count = section + (digit ?? 0);
      if (count === 0 || total > 0) return undefined;
      total = count * large;
      section = 0;
      digit = undefined;
      lastUnit = large;
    } else return undefined;
  }
  // "三百二" is 320 and "两万三" 23,000: a last digit without a unit is of the next lower one.
  if (digit !== undefined) section += digit * (lastUnit >= 100 ? lastUnit / 10 : 1);
  return total + section;
}

const ENGLISH: Readonly<Record<string, number>> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19,
  twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
};
const ENGLISH_NAMES = Object.keys(ENGLISH).join('|');

/** "twenty-five" is 25, "a hundred" 100, "two thousand" 2,000. */
export function readEnglishNumber(words: string): number {
  let total = 0;
  let section = 0;
  for (const word of words.toLowerCase().split(/[\s-]+/)) {
    if (word === 'hundred') section = (section || 1) * 100;
    else if (word === 'thousand') {
      total += (section || 1) * 1_000;
      section = 0;
    } else section += ENGLISH[word] ?? 0;
  }
  return total + section;
}

/** Digits that are not a part of a name or a code: "HG20260001", "K2" and "1.2.3" hold none. */
const ARABIC = /(?<![\p{Script=Latin}\d.,_-]|[\p{Script=Latin}\d]-)-?\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,6})?(?![\d_]|\.\d|-\d)\s?(?:[万萬千](?!\p{Script=Han}?[件号]))?/gu;
const CHINESE = /[零〇一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟萬貳兩]{1,20}/gu;
const ENGLISH_WORDS = new RegExp(`\\b(?:a (?=hundred|thousand))?(?:${ENGLISH_NAMES}|hundred|thousand)(?:[ -](?:${ENGLISH_NAMES}|hundred|thousand)){0,6}\\b`, 'giu');
/** Words that are written with a numeral and count nothing. */
const COUNTS_NOTHING_BEFORE = /(?:万|统|唯|第|同|单|专|周|星期|礼拜|十有八|逐|之)$/u;
const COUNTS_NOTHING_AFTER = /^(?:下|直|起|定|样|般|些|旦|会|切|边|共|点(?!\d)|律|致|向|再|分(?!钟|之)|万一)/u;

/** The numbers of a text, in its order: digits, Chinese numerals up to 9,999 times 万, and English words. */
export function readNumbers(text: string): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (const match of text.matchAll(ARABIC)) {
    const raw = match[0].trim();
    const factor = /[万萬]$/u.test(raw) ? 10_000 : raw.endsWith('千') ? 1_000 : 1;
    const value = Number(raw.replace(/[,万萬千\s]/gu, '')) * factor;
    if (Number.isFinite(value)) found.push({ value, raw, index: match.index });
  }
  for (const match of text.matchAll(CHINESE)) {
    const before = text.slice(Math.max(0, match.index - 3), match.index);
    const after = text.slice(match.index + match[0].length);
    if (/\d\s?$/.test(before) || COUNTS_NOTHING_BEFORE.test(before)) continue;
    if (match[0].length === 1 && COUNTS_NOTHING_AFTER.test(after)) continue;
    if (/^[百千万萬佰仟]+$/u.test(match[0])) continue;
    const value = readChineseNumber(match[0]);
    if (value !== undefined) found.push({ value, raw: match[0], index: match.index });
  }
  for (const match of text.matchAll(ENGLISH_WORDS)) {
    // "One" is a pronoun more often than a number, unless it counts something.
    if (/^one$/i.test(match[0]) && /\b(?:this|that|the|which|another|no|any|every|each|new) $/i.test(text.slice(Math.max(0, match.index - 8), match.index))) continue;
    found.push({ value: readEnglishNumber(match[0].replace(/^a /i, '')), raw: match[0], index: match.index });
  }
  return found.toSorted((a, b) => a.index - b.index);
}
