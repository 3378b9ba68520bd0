import { DIGIT, findAll, type Found, type Reading } from './found.js';
import { ENGLISH_NUMERAL, HAN_NUMERAL, quantityOf } from './quantity.js';

/** A length of time. */
export interface Duration {
  /** ISO 8601, such as "PT2H30M", "P14D" and "P1Y6M". */
  readonly iso: string;
  /** A month counted as 30 days and a year as 365, where there are any. */
  readonly seconds: number;
}

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
/** What a unit is: months, or seconds. Weeks are seven days, so that all parts can be written together. */
const UNITS: Readonly<Record<string, { readonly months?: number; readonly seconds?: number }>> = {
  年: { months: 12 }, 个月: { months: 1 }, 周: { seconds: 7 * DAY }, 个星期: { seconds: 7 * DAY }, 星期: { seconds: 7 * DAY }, 个礼拜: { seconds: 7 * DAY }, 礼拜: { seconds: 7 * DAY }, 天: { seconds: DAY }, 日: { seconds: DAY },
  小时: { seconds: HOUR }, 个小时: { seconds: HOUR }, 个钟头: { seconds: HOUR }, 钟头: { seconds: HOUR }, 个钟: { seconds: HOUR }, 分钟: { seconds: MINUTE }, 分: { seconds: MINUTE }, 秒: { seconds: 1 }, 秒钟: { seconds: 1 }, 刻钟: { seconds: 15 * MINUTE },
  year: { months: 12 }, yr: { months: 12 }, month: { months: 1 }, fortnight: { seconds: 14 * DAY }, week: { seconds: 7 * DAY }, wk: { seconds: 7 * DAY }, day: { seconds: DAY }, hour: { seconds: HOUR }, hr: { seconds: HOUR }, h: { seconds: HOUR },
  minute: { seconds: MINUTE }, min: { seconds: MINUTE }, m: { seconds: MINUTE }, second: { seconds: 1 }, sec: { seconds: 1 }, s: { seconds: 1 },
};

function durationOf(parts: readonly (readonly [count: number | undefined, unit: string | undefined])[]): Duration | undefined {
  let months = 0;
  let seconds = 0;
  for (const [count, unit] of parts) {
    if (unit === undefined) continue;
    const one = UNITS[unit.toLowerCase()];
    if (count === undefined || !one) return undefined;
    // Half a month is fifteen days.
    const wholeMonths = Math.trunc(count * (one.months ?? 0));
    months += wholeMonths;
    seconds += Math.round((count * (one.months ?? 0) - wholeMonths) * 30 * DAY + count * (one.seconds ?? 0));
  }
  if (months + seconds <= 0) return undefined;
  const [years, restMonths] = [Math.floor(months / 12), months % 12];
  const [days, hours, minutes, rest] = [Math.floor(seconds / DAY), Math.floor((seconds % DAY) / HOUR), Math.floor((seconds % HOUR) / MINUTE), seconds % MINUTE];
  const part = (value: number, letter: string): string => (value === 0 ? '' : `${value}${letter}`);
  const time = part(hours, 'H') + part(minutes, 'M') + part(rest, 'S');
  return { iso: `P${part(years, 'Y')}${part(restMonths, 'M')}${part(days, 'D')}${time === '' ? '' : `T${time}`}`, seconds: years * 365 * DAY + restMonths * 30 * DAY + seconds };
}

const HAN_UNIT = '个?小时|个?钟头|个钟|分钟|秒钟?|天|周|个?星期|个?礼拜|个月|年';
const HAN_COUNT = `\\d{1,4}(?:\\.\\d)?|${HAN_NUMERAL}`;
/** A number that is a part of a longer one or of a name, an ordinal, a year, or "every three days" (which still lasts). */
const HAN_BEFORE = '(?<![A-Za-z\\d.,_第零〇一二三四五六七八九十百千万两-])';
/** "三天后" and "两周前" are days and no lengths; "三天以内" is a length. */
const NO_POINT = '(?![之以]?[前后]|级|级别|假期前)';

const withHalf = (count: string | undefined, half: string | undefined): number | undefined => {
  const whole = quantityOf(count);
  return whole === undefined ? undefined : whole + (half === undefined ? 0 : 0.5);
};

const ENGLISH_COUNT = `\\d{1,4}(?:\\.\\d{1,2})?|${ENGLISH_NUMERAL}`;
const LONG_UNIT = 'years?|yrs?|months?|fortnights?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?';
const NO_ENGLISH_POINT = "(?! (?:ago|from now|from today|old|later|earlier)\\b|['’-])";
const singular = (unit: string | undefined): string | undefined => (unit !== undefined && unit.length > 2 ? unit.replace(/s$/i, '') : unit);

/** One of these stands in each unit. */
const HAN_UNIT_SIGN = /[时钟秒天周期拜月年]/;
const ENGLISH_UNIT_SIGN = /year|yr|month|fortnight|w(?:ee)?k|day|h(?:ou)?r|min|sec/iu;

export const DURATIONS: readonly Reading<Duration, undefined>[] = [
  // "两个半小时", "一个半月", "一年半", "三天", "2小时30分", "1天12小时".
  [
    new RegExp(`${HAN_BEFORE}(?:(?<halfCount>${HAN_COUNT})个半(?<halfUnit>小时|钟头|月|星期|礼拜)|(?<count>${HAN_COUNT})(?<unit>${HAN_UNIT})(?<half>半)?(?:零?(?<count2>${HAN_COUNT})(?<unit2>个?小时|个?钟头|分钟?|秒钟?|个月|天))?)${NO_POINT}`, 'gu'),
    ({ halfCount, halfUnit, count, unit, half, count2, unit2 }) => {
      if (halfCount !== undefined) return durationOf([[withHalf(halfCount, '半'), halfUnit === '月' ? '个月' : halfUnit]]);
      // "2026年" is a year and "1998年" too.
      if (unit === '年' && (quantityOf(count) ?? 0) > 99) return undefined;
      return durationOf([[withHalf(count, half), unit], [quantityOf(count2), unit2]]);
    },
    HAN_UNIT_SIGN,
  ],
  [/(?<![一二三四五六七八九十两\d上下前后大小过多个])半个?(?<unit>小时|钟头|天|年|月)(?![之以]?[前后]|份)/gu, ({ unit }) => durationOf([[0.5, unit === '月' ? '个月' : unit]]), /半/],
  [/(?<count>[一二两三])刻钟/gu, ({ count }) => durationOf([[quantityOf(count), '刻钟']]), /刻/],
  [/(?<![A-Za-z\d.,_第一二三四五六七八九十-])(?<count>\d{1,3}|[一二三四五六七八九十]{1,3})日[之以]?内/gu, ({ count }) => durationOf([[quantityOf(count), '日']]), /日/],
  // "2 and a half hours", "2 hours and 30 minutes", "90 min".
  [
    new RegExp(`(?<![A-Za-z\\d.,_$€£¥/-])(?<count>${ENGLISH_COUNT})(?<half> and a half)?[ -]?(?<unit>${LONG_UNIT})\\b(?:,? (?:and )?(?<count2>${ENGLISH_COUNT}) ?(?<unit2>months?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)\\b)?${NO_ENGLISH_POINT}`, 'giu'),
    ({ count, half, unit, count2, unit2 }) => durationOf([[withHalf(count, half), singular(unit)], [quantityOf(count2), singular(unit2)]]),
    ENGLISH_UNIT_SIGN,
  ],
  // "wait a minute" and "twice a day" measure nothing.
  [
    new RegExp(`(?<!\\b(?:once|twice|times|per|wait|just|hang on|hold on|got|what|such|quite|good|one) )\\b(?:(?<few>a couple of) (?<fewUnit>${LONG_UNIT})|an? (?<unit>year|month|fortnight|week|day|hour)(?<half> and a half)?)\\b${NO_ENGLISH_POINT}`, 'giu'),
    ({ few, fewUnit, unit, half }) => (few === undefined ? durationOf([[half === undefined ? 1 : 1.5, unit]]) : durationOf([[2, singular(fewUnit)]])),
    ENGLISH_UNIT_SIGN,
  ],
  [new RegExp(`\\b(?:half an? (?<unit>hour|day|year|month)|half-?(?<unit2>hour))\\b${NO_ENGLISH_POINT}`, 'giu'), ({ unit, unit2 }) => durationOf([[0.5, unit ?? unit2]]), /half/iu],
  [/(?<![A-Za-z\d.,_-])(?<count>\d{1,3}) ?h(?: ?(?<count2>\d{1,2}) ?m(?:in)?)?(?![A-Za-z\d])/giu, ({ count, count2 }) => durationOf([[Number(count), 'h'], [count2 === undefined ? undefined : Number(count2), count2 === undefined ? undefined : 'm']]), DIGIT],
];

/** The lengths of time that a text names in Chinese or English. Points of time ("in two weeks", "三天后") are days, and none of them. */
export function findDurations(text: string): Found<Duration>[] {
  return findAll(text, DURATIONS, undefined);
}
