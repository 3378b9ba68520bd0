import { addMonths, dayOf, partsOf, preferred, weekdayFor, weekdayOf, type Day } from './calendar.js';
import type { DateContext } from './chinese-dates.js';
import { DIGIT, type Reading } from './found.js';
import { ENGLISH_NUMERAL, quantityOf } from './quantity.js';

const RELATIVE_DAYS: Readonly<Record<string, number>> = { 'the day before yesterday': -2, 'day before yesterday': -2, yesterday: -1, today: 0, tonight: 0, tomorrow: 1, 'day after tomorrow': 2, 'the day after tomorrow': 2 };
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const MONTH = '(?<month>january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b\\.?';
const WEEKDAY = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';
const SHORT_WEEKDAY = 'mon|tues?|wed|thu(?:rs?)?|fri|sat|sun';
const DATE = '(?<date>\\d{1,2})(?:st|nd|rd|th)?(?![\\d:.]\\d|\\d|%|[ -]?(?:times|items?|days?|weeks?|months?|years?|hours?|minutes?|mins?|am|pm|dollars|yuan|kg|pcs|pieces)\\b)';
const YEAR = '(?:,? (?<year>20\\d{2})(?!\\d))?';
const COUNT = `(?<count>\\d{1,3}|${ENGLISH_NUMERAL}|an?|a couple of|a few)`;
const UNIT = '(?<unit>day|week|fortnight|month|year)s?';

function onDate({ year, month = '', date }: Readonly<Record<string, string | undefined>>, { today, prefer }: DateContext): Day | undefined {
  const number = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  if (year !== undefined) return dayOf(Number(year), number, Number(date));
  const now = partsOf(today).year;
  return preferred([now - 1, now, now + 1].map((one) => dayOf(one, number, Number(date))), today, prefer);
}

function onWeekday(word: string, step: string | undefined, { today, prefer }: DateContext): Day {
  const day = today - weekdayOf(today) + 1 + WEEKDAYS.indexOf(word.slice(0, 3).toLowerCase());
  switch (step?.toLowerCase()) {
    case 'this':
      return day;
    // Of the week that begins next Monday, as "下周五" is.
    case 'next':
      return day + 7;
    case 'last':
    case 'past':
      return day < today ? day : day - 7;
    case 'coming':
    case 'this coming':
      return day > today ? day : day + 7;
    default:
      return weekdayFor(day, today, prefer);
  }
}

function moved(count: string, unit: string, sign: number, today: Day): Day | undefined {
  if (count.toLowerCase() === 'a few') return undefined;
  const number = /^an?$/i.test(count) ? 1 : /^a couple of$/i.test(count) ? 2 : (quantityOf(count) ?? 0);
  const step = number * sign;
  switch (unit.toLowerCase()) {
    case 'month':
      return addMonths(today, step);
    case 'year':
      return addMonths(today, 12 * step);
    case 'fortnight':
      return today + 14 * step;
    case 'week':
      return today + 7 * step;
    default:
      return today + step;
  }
}

export const ENGLISH_DATES: readonly Reading<Day, DateContext>[] = [
  [/\b(?<day>(?:the )?day before yesterday|(?:the )?day after tomorrow|yesterday|today|tonight|tomorrow)\b(?!['’]s (?:price|world))/giu, ({ day = '' }, { today }) => today + (RELATIVE_DAYS[day.toLowerCase()] ?? 0), /day|tonight|tomorrow/iu],
  [new RegExp(`(?<![\\d.,:/-])(?:the )?\\b${DATE}(?: of)? ${MONTH}${YEAR}`, 'giu'), onDate, DIGIT],
  // "May 3" is a day, and "I may 3" is not: the month that is also a verb needs its capital.
  [new RegExp(`(?<![A-Za-z])(?!may\\b)(?:${MONTH}) (?:the )?${DATE}${YEAR}`, 'giu'), onDate, DIGIT],
  [/(?<![A-Za-z])(?<month>May|MAY) (?<date>\d{1,2})(?:st|nd|rd|th)?(?!\d|[:.]\d| (?:times|items?|days?|hours?|minutes?|people)\b)(?:,? (?<year>20\d{2})(?!\d))?/gu, onDate, DIGIT],
  [new RegExp(`(?<!\\b(?:every|each) )\\b(?:(?<step>this coming|this|next|last|past|coming) )?(?<weekday>${WEEKDAY})\\b`, 'giu'), ({ weekday = '', step }, context) => onWeekday(weekday, step, context), /day/iu],
  [new RegExp(`\\b(?<step>this|next|last) (?<weekday>${SHORT_WEEKDAY})\\b`, 'giu'), ({ weekday = '', step }, context) => onWeekday(weekday, step, context), /this|next|last/iu],
  [new RegExp(`\\bin ${COUNT} ${UNIT}\\b(?!['’])`, 'giu'), ({ count = '', unit = '' }, { today }) => moved(count, unit, 1, today), /day|week|fortnight|month|year/iu],
  [new RegExp(`\\b${COUNT} ${UNIT} (?<way>ago|from now|from today)\\b`, 'giu'), ({ count = '', unit = '', way = '' }, { today }) => moved(count, unit, way.toLowerCase() === 'ago' ? -1 : 1, today), /ago|from/iu],
  [
    /\b(?:(?:on|by|since|until|till|from|before|after) )?the (?<date>\d{1,2})(?:st|nd|rd|th)(?: of (?<step>this|next|last) month|(?=\s*$|[,.?!;]))/giu,
    ({ date, step }, { today, prefer }) => {
      const { year, month } = partsOf(today);
      if (step !== undefined) return dayOf(year, month + (step.toLowerCase() === 'next' ? 1 : step.toLowerCase() === 'last' ? -1 : 0), Number(date));
      return preferred([-1, 0, 1].map((one) => dayOf(year, month + one, Number(date))), today, prefer);
    },
    DIGIT,
  ],
];
