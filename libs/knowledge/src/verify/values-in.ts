import { findAmounts, findDates, findDurations, readChineseNumber, readNumbers } from '@switchyard/intent';
import { simplify } from '../terms/normalise-text.js';

/** A text whose values stand as marks, and the values in the order of the marks. */
export interface MarkedText {
  /** Each value is `OPEN`, its place in `values`, `CLOSE`. */
  readonly text: string;
  /** Kind and normalised value: "amount:50 USD", "length:P14D", "date:2026-11-03", "percent:10", "number:3". */
  readonly values: readonly string[];
}

export const OPEN = '\uE000';
export const CLOSE = '\uE001';
export const MARK = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu');

const DAY_MS = 86_400_000;
// Two days of different weekdays: a date that is the same seen from both was written out, and is not reckoned from today.
const TODAYS = [Date.UTC(2026, 5, 15) / DAY_MS, Date.UTC(2026, 5, 25) / DAY_MS] as const;

interface Value {
  readonly index: number;
  readonly raw: string;
  readonly value: string;
}

function* writtenDates(text: string): Generator<Value> {
  const [first, second] = TODAYS.map((today) => findDates(text, { today, prefer: 'future' }));
  for (const { index, raw, value } of first ?? []) {
    if (!second?.some((other) => other.index === index && other.value === value)) continue;
    // "3 May" is the same day of any year; which one is meant stays open on both sides.
    yield { index, raw, value: /20\d\d|二[零〇]/u.test(raw) ? `date:${value}` : `date:${value.slice(5)}` };
  }
}

/** Words that mean a day by today ("tomorrow", 下周五), as they are written. */
export function relativeDates(text: string): string[] {
  const written = new Set([...writtenDates(text)].map(({ index }) => index));
  return findDates(text, { today: TODAYS[0], prefer: 'future' }).filter(({ index }) => !written.has(index)).map(({ raw }) => raw);
}

function* percents(text: string): Generator<Value> {
  for (const { 0: raw, 1: number = '', index } of text.matchAll(/(?<![\d.,])(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|per cent\b)/giu)) yield { index, raw, value: `percent:${Number(number)}` };
  for (const { 0: raw, 1: number = '', index } of text.matchAll(/百分之([零一二三四五六七八九十百]{1,5}|\d{1,3}(?:\.\d+)?)/gu)) {
    const value = /^\d/u.test(number) ? Number(number) : readChineseNumber(number);
    if (value !== undefined) yield { index, raw, value: `percent:${value}` };
  }
}

/** In the order in which they are taken: a sum of money holds a number, and is more than that. */
const READERS: readonly ((text: string) => Iterable<Value>)[] = [
  writtenDates,
  (text) => findAmounts(text, '').map(({ index, raw, value }) => ({ index, raw, value: `amount:${value.amount} ${value.currency}` })),
  (text) => findDurations(text).map(({ index, raw, value }) => ({ index, raw, value: `length:${value.iso}` })),
  percents,
  (text) => readNumbers(text).map(({ index, raw, value }) => ({ index, raw, value: `number:${value}` })),
];

/**
 * Takes the values out of a text, and leaves a mark where each stood. Letters keep their case, since "May" is a month; widths
 * are made one, traditional characters simplified.
 */
export function markValues(original: string): MarkedText {
  // A comma that is no part of a number stands apart, or the number behind it would look like the end of a longer one.
  const text = simplify(original.normalize('NFKC')).replace(/(?<!\d),|,(?!\d)/gu, ' , ');
  const found: Value[] = [];
  let rest = text;
  for (const read of READERS) {
    for (const value of read(rest)) {
      if (value.raw === '') continue;
      found.push(value);
      // Of the same length, so that what is found later stands where it stood.
      rest = rest.slice(0, value.index) + '\uE002'.repeat(value.raw.length) + rest.slice(value.index + value.raw.length);
    }
  }
  const inOrder = found.toSorted((left, right) => left.index - right.index);
  let marked = '';
  let at = 0;
  for (const [place, { index, raw }] of inOrder.entries()) {
    marked += `${text.slice(at, index)} ${OPEN}${place}${CLOSE} `;
    at = index + raw.length;
  }
  return { text: marked + text.slice(at), values: inOrder.map(({ value }) => value) };
}
