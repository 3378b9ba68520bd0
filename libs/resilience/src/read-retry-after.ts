/** Dates of HTTP begin with the day of the week; without that, `Date.parse` makes a date of "-1" too. */
const DATE = /^[a-z]{3,9},? /i;

/**
 * `Retry-After` (RFC 9110, 10.2.3), seconds or a date, as milliseconds from now: 0 where the date is past, undefined for
 * anything else. Fractions of seconds are taken as well; some servers send them.
 * @param nowMs milliseconds since 1970
 */
export function readRetryAfter(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
