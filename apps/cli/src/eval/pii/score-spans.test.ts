import { describe, expect, it } from 'vitest';
import { countSpans, scoreOf, sumCounts, type Count, type Span } from './score-spans.js';

const span = (kind: string, start: number, end: number): Span => ({ kind, start, end });
const count = (expected: Span[], found: Span[], agreement: 'exact' | 'overlap'): Record<string, Count> => {
  const counts = new Map<string, Count>();
  countSpans(expected, found, agreement, counts);
  return Object.fromEntries(counts);
};

describe('scoring spans', () => {
  it('tells right, wrong and missed by kind', () => {
    expect(count([span('phone', 0, 5), span('email', 6, 9)], [span('phone', 0, 5), span('phone', 6, 9)], 'exact')).toEqual({ phone: { right: 1, wrong: 1, missed: 0 }, email: { right: 0, wrong: 0, missed: 1 } });
  });

  it('asks for the same offsets, or for half of both together', () => {
    expect(count([span('a', 0, 10)], [span('a', 0, 6)], 'exact')).toEqual({ a: { right: 0, wrong: 1, missed: 1 } });
    expect(count([span('a', 0, 10)], [span('a', 0, 6)], 'overlap')).toEqual({ a: { right: 1, wrong: 0, missed: 0 } });
    expect(count([span('a', 0, 10)], [span('a', 7, 12)], 'overlap')).toEqual({ a: { right: 0, wrong: 1, missed: 1 } });
  });

  it('lets one expected span be met once', () => {
    expect(count([span('a', 0, 10)], [span('a', 0, 9), span('a', 0, 10)], 'overlap')).toEqual({ a: { right: 1, wrong: 1, missed: 0 } });
  });

  it('gives precision, recall and F1, and 0 for nothing', () => {
    expect(scoreOf(sumCounts([{ right: 2, wrong: 1, missed: 0 }, { right: 1, wrong: 0, missed: 3 }]))).toEqual({ right: 3, wrong: 1, missed: 3, precision: 0.75, recall: 0.5, f1: 0.6 });
    expect(scoreOf({ right: 0, wrong: 0, missed: 0 }).f1).toBe(0);
  });
});
