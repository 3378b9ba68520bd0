/**
 * The shop's own "now". It stands still, so that "delivered 5 days ago" is as true next year as today and every test
 * of a flow has one right answer.
 */
export const SHOP_NOW = '2026-11-20T02:00:00.000Z';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** ISO time, `days` and `hours` before the shop's now; negative ones lie after it. */
export function before(days: number, hours = 0): string {
  return new Date(Date.parse(SHOP_NOW) - days * DAY_MS - hours * HOUR_MS).toISOString();
}

/** Whole and broken days from `time` to the shop's now. */
export function daysSince(time: string): number {
  return (Date.parse(SHOP_NOW) - Date.parse(time)) / DAY_MS;
}

/** ISO time, `days` after `time`. */
export function daysAfter(time: string, days: number): string {
  return new Date(Date.parse(time) + days * DAY_MS).toISOString();
}
