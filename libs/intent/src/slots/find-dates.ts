import { dayOf, isoOf, type Day } from './calendar.js';
import { CHINESE_DATES, type DateContext } from './chinese-dates.js';
import { ENGLISH_DATES } from './english-dates.js';
import { DIGIT, findAll, type Found, type Reading } from './found.js';

export const NUMERIC_DATES: readonly Reading<Day, DateContext>[] = [
  // 2026-11-03, 2026/11/3, 2026.11.3; not a part of a version, a code or a longer number.
  [/(?<![\p{Script=Latin}\d.,/_-])(?<year>20\d{2})(?<sign>[-/.])(?<month>\d{1,2})\k<sign>(?<date>\d{1,2})(?![\d_/]|[.-]\d)/gu, ({ year, month, date }) => on(Number(year), Number(month), Number(date)), DIGIT],
  // 25/12/2026 and 12/25/2026. 11/3/2026 is read one way here and another way there, so it is not read at all.
  [
    /(?<![\p{Script=Latin}\d.,/_-])(?<first>\d{1,2})(?<sign>[-/.])(?<second>\d{1,2})\k<sign>(?<year>20\d{2})(?![\d_/]|[.-]\d)/gu,
    ({ first, second, year }) => {
      const [a, b] = [Number(first), Number(second)];
      return a > 12 || a === b ? on(Number(year), b, a) : b > 12 ? on(Number(year), a, b) : undefined;
    },
    DIGIT,
  ],
];

const on = (year: number, month: number, date: number): Day | undefined => (month >= 1 && month <= 12 ? dayOf(year, month, date) : undefined);

const DATES = [...NUMERIC_DATES, ...CHINESE_DATES, ...ENGLISH_DATES];

/**
 * The days that a text names in Chinese or English, as ISO dates. Holidays, weekends and whole weeks or months are none, and
 * so is what can be read as two days.
 */
export function findDates(text: string, context: DateContext): Found<string>[] {
  return findAll(text, DATES, context).map((one) => ({ ...one, value: isoOf(one.value) }));
}
