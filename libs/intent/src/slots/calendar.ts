/** A day without a time, as the count of days since 1970-01-01. */
export type Day = number;

/** Which day is meant where a text leaves the year, the month or the week open. */
export type Prefer = 'past' | 'future' | 'nearest';

const DAY_MS = 86_400_000;

/** The day of a date; undefined where there is none such (31 April). Months count from 1, and may lie outside 1 to 12 where `month` was reckoned. */
export function dayOf(year: number, month: number, date: number): Day | undefined {
  const time = new Date(Date.UTC(year, month - 1, date));
  return time.getUTCDate() === date && date >= 1 ? time.getTime() / DAY_MS : undefined;
}

/** "2026-11-03" and its like. */
export const isoOf = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export function partsOf(day: Day): { readonly year: number; readonly month: number; readonly date: number } {
  const time = new Date(day * DAY_MS);
  return { year: time.getUTCFullYear(), month: time.getUTCMonth() + 1, date: time.getUTCDate() };
}

/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** So many months on; the last day of a month where that one is shorter. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, date } = partsOf(day);
  for (let last = date; last > 28; last--) {
    const found = dayOf(year, month + months, last);
    if (found !== undefined) return found;
  }
  return dayOf(year, month + months, Math.min(date, 28)) ?? day;
}

/** Of several days the one that is meant; today is neither past nor future, and fits both. */
export function preferred(days: readonly (Day | undefined)[], today: Day, prefer: Prefer): Day | undefined {
  const there = days.filter((day) => day !== undefined);
  const fitting = prefer === 'past' ? there.filter((day) => day <= today) : prefer === 'future' ? there.filter((day) => day >= today) : there;
  // Of two that are as near the later one: people ask more often about what comes.
  return fitting.toSorted((a, b) => Math.abs(a - today) - Math.abs(b - today) || b - a)[0];
}

/** Which day a weekday without more means, of which `day` is that of this week: this one, unless past or future is asked for. */
export function weekdayFor(day: Day, today: Day, prefer: Prefer): Day {
  return prefer === 'past' && day > today ? day - 7 : prefer === 'future' && day < today ? day + 7 : day;
}

/** Days begin on a quarter of an hour in every zone of today, so a day holds until the next one. */
const QUARTER_MS = 900_000;

interface Clock {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  day: Day;
}

const clocks = new Map<string, Clock>();

/** The day on a wall calendar of a zone. @param nowMs milliseconds since 1970 */
export function todayIn(timeZone: string, nowMs: number): Day {
  const quarter = Math.floor(nowMs / QUARTER_MS);
  let clock = clocks.get(timeZone);
  if (!clock) clocks.set(timeZone, (clock = { format: new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }), quarter: Number.NaN, day: 0 }));
  if (clock.quarter !== quarter) {
    clock.day = Date.parse(`${clock.format.format(nowMs)}T00:00:00Z`) / DAY_MS;
    clock.quarter = quarter;
  }
  return clock.day;
}
