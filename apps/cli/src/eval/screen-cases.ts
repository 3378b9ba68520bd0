import { exactWords, type WordMatch, type WordMatcher } from '@switchyard/guardrail';

/** A word, disguised, inside a text: from `start` to `end`, in UTF-16 code units. */
export interface ScreenCase {
  readonly text: string;
  readonly word: string;
  readonly variant: string;
  readonly start: number;
  readonly end: number;
}

export interface KindRecall {
  readonly kind: string;
  readonly cases: number;
  readonly found: number;
}

/** Whether one of the matches covers the disguised word; brackets or signs around its letters count for nothing. */
export function isFound({ text, start, end }: ScreenCase, matches: readonly Pick<WordMatch, 'start' | 'end'>[]): boolean {
  const hidden = text.slice(start, end);
  const first = start + (/^[^\p{L}\p{N}]*/u.exec(hidden)?.[0].length ?? 0);
  const last = end - (/[^\p{L}\p{N}]*$/u.exec(hidden)?.[0].length ?? 0);
  return matches.some((match) => match.start <= first && match.end >= last);
}

/** Recall of each kind of disguise, in the order in which kinds come up. */
export function recallByKind(cases: readonly ScreenCase[], matcher: Pick<WordMatcher, 'find'>): KindRecall[] {
  const kinds = new Map<string, { cases: number; found: number }>();
  for (const one of cases) {
    const row = kinds.get(one.variant) ?? { cases: 0, found: 0 };
    row.cases += 1;
    if (isFound(one, matcher.find(one.text))) row.found += 1;
    kinds.set(one.variant, row);
  }
  return [...kinds].map(([kind, row]) => ({ kind, ...row }));
}

export function macroRecall(kinds: readonly KindRecall[]): number {
  return kinds.length === 0 ? 0 : kinds.reduce((sum, { cases, found }) => sum + found / cases, 0) / kinds.length;
}

export interface FalseFlags {
  readonly texts: number;
  /** Texts that hold a word of the list letter for letter. */
  readonly exact: number;
  readonly flagged: number;
  /** Flagged, though no word stands there exactly: what seeing through disguises costs. */
  readonly added: number;
  /** The added ones by the disguise that was seen. */
  readonly addedByDisguise: Readonly<Record<string, number>>;
}

/** What harmless texts the matcher flags, beside those that hold a word exactly (letter case aside). */
export function falseFlags(texts: readonly string[], words: readonly string[], matcher: Pick<WordMatcher, 'find'>): FalseFlags {
  const search = exactWords([...new Set(words.map((word) => word.toLowerCase()))]);
  const counts = { texts: texts.length, exact: 0, flagged: 0, added: 0 };
  const addedByDisguise: Record<string, number> = {};
  for (const text of texts) {
    let isExact = false;
    search.each(text.toLowerCase(), () => {
      isExact = true;
    });
    const matches = matcher.find(text);
    if (isExact) counts.exact += 1;
    if (matches.length === 0) continue;
    counts.flagged += 1;
    if (isExact) continue;
    counts.added += 1;
    for (const kind of new Set(matches.map((match) => match.disguise))) addedByDisguise[kind] = (addedByDisguise[kind] ?? 0) + 1;
  }
  return { ...counts, addedByDisguise };
}
