/** A piece of a text under a kind; offsets in UTF-16 units. */
export interface Span {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** How often a kind was found rightly, wrongly, and missed. */
export interface Count {
  right: number;
  wrong: number;
  missed: number;
}

export interface Score extends Count {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What counts as the same span: the same offsets, or a common part of at least half of both together. */
export type Agreement = 'exact' | 'overlap';

function agrees(a: Span, b: Span, agreement: Agreement): boolean {
  if (a.kind !== b.kind) return false;
  if (agreement === 'exact') return a.start === b.start && a.end === b.end;
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return common > 0 && common * 2 >= Math.max(a.end, b.end) - Math.min(a.start, b.start);
}

/** Adds what was found in one text to the counts; every expected span is met by one found span at most. */
export function countSpans(expected: readonly Span[], found: readonly Span[], agreement: Agreement, counts: Map<string, Count>): void {
  const of = (kind: string): Count => {
    const count = counts.get(kind) ?? { right: 0, wrong: 0, missed: 0 };
    counts.set(kind, count);
    return count;
  };
  const open = new Set(expected);
  for (const one of found) {
    const met = [...open].find((other) => agrees(other, one, agreement));
    if (met) open.delete(met);
    of(one.kind)[met ? 'right' : 'wrong'] += 1;
  }
  for (const { kind } of open) of(kind).missed += 1;
}

/** Precision, recall and F1; 0 where nothing was found or expected. */
export function scoreOf({ right, wrong, missed }: Count): Score {
  const precision = right + wrong === 0 ? 0 : right / (right + wrong);
  const recall = right + missed === 0 ? 0 : right / (right + missed);
  return { right, wrong, missed, precision, recall, f1: right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed) };
}

/** The counts of several kinds as one (micro average). */
export function sumCounts(counts: Iterable<Count>): Count {
  const sum: Count = { right: 0, wrong: 0, missed: 0 };
  for (const count of counts) {
    sum.right += count.right;
    sum.wrong += count.wrong;
    sum.missed += count.missed;
  }
  return sum;
}
