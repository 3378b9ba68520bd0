import { expect, it } from 'vitest';
import { readRetryAfter } from './read-retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

it.each([
  ['7', 7_000],
  ['0', 0],
  [' 30 ', 30_000],
  ['1.5', 1_500],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
  ['Thursday, 01-Jan-26 00:00:09 GMT', 9_000],
  ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
])('a wait of "%s" is %i ms', (header, ms) => expect(readRetryAfter(header, NOW)).toBe(ms));

it.each([null, undefined, '', ' ', '-1', '-1x', 'soon', '2026-01-02', 'Infinity', '0x10', '1e3', 'NaN'])('"%s" is no wait', (header) => expect(readRetryAfter(header, NOW)).toBeUndefined());
