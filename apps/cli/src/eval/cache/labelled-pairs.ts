import type { ReplyLanguage } from '@switchyard/contracts';
import { extractTerms } from '@switchyard/knowledge';
import type { AskPair } from './generate-pairs.js';

interface Row {
  readonly text: string;
  readonly label: string;
}

const termsOf = (text: string): ReadonlySet<string> => new Set(extractTerms(text).map(({ term }) => term));

/**
 * Of each row the one that shares most of its words and has another label (they ask for different things), and the one of
 * the same label (which may ask the same). Similarity is Jaccard's, over the terms that search uses.
 */
export function labelledPairs(rows: readonly Row[], kind: string, language: ReplyLanguage): AskPair[] {
  const terms = rows.map(({ text }) => termsOf(text));
  const holders = new Map<string, number[]>();
  for (const [at, set] of terms.entries()) for (const term of set) (holders.get(term) ?? holders.set(term, []).get(term))?.push(at);
  const pairs: AskPair[] = [];
  for (const [at, { text, label }] of rows.entries()) {
    const own = terms[at] ?? new Set<string>();
    const shared = new Map<number, number>();
    for (const term of own) for (const other of holders.get(term) ?? []) if (other !== at) shared.set(other, (shared.get(other) ?? 0) + 1);
    const best = new Map<boolean, { other: number; value: number }>();
    for (const [other, count] of shared) {
      const isSame = rows[other]?.label === label;
      const value = count / (own.size + (terms[other]?.size ?? 0) - count);
      if (value > (best.get(isSame)?.value ?? 0)) best.set(isSame, { other, value });
    }
    for (const [same, { other }] of best) {
      const asked = rows[other]?.text;
      if (asked !== undefined) pairs.push({ kept: text, asked, same, kind: same ? `${kind}, same label` : `${kind}, another label`, language });
    }
  }
  return pairs;
}
