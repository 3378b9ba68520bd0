import { termSet } from '../terms/extract-terms.js';
import type { AskedHit } from '../variants/find-by-variants.js';

/** What a passage gains, as a share of its score, where the question names its title whole. */
const NAMED_WEIGHT = 0.6;
/** The same where the conversation names it, and the question names no other. */
const FOCUS_WEIGHT = 4;

export interface TitleQuestion {
  readonly terms: ReadonlySet<string>;
  /** See `focusOf`; empty where nothing was said before. */
  readonly focus: ReadonlyMap<string, number>;
  /** Inverse document frequency of the terms of the focus as terms of titles. */
  readonly idf: ReadonlyMap<string, number>;
}

/** Share of the title's terms that are held; 0 for a title without any. */
function shareOf(title: string, terms: { has(term: string): boolean }): number {
  const own = termSet(title);
  let held = 0;
  for (const term of own) if (terms.has(term)) held += 1;
  return own.size === 0 ? 0 : held / own.size;
}

/** What the focus adds to a passage's lexical score in the store. */
function focusScore(title: string, { focus, idf }: TitleQuestion): number {
  let sum = 0;
  for (const term of termSet(title)) sum += (focus.get(term) ?? 0) * (idf.get(term) ?? 0);
  return sum;
}

/**
 * Lexical scores in the light of the titles, in the order of the hits. Passages whose title the question names go before
 * those that merely hold the same words, and so do those whose title was spoken of before; both by the square of the share
 * that is named, so that half a title counts a quarter. A variant counts as a title. A passage without a word of the question stays at 0.
 * Weights chosen on half of DSTC11 track 5 and CMRC 2018 dev (odd rows).
 */
export function scoreByTitle(question: TitleQuestion, hits: readonly AskedHit[]): number[] {
  const rows = hits.map(({ passage: { title }, lexical, asked }) => ({ title, own: Math.max(0, lexical - focusScore(title, question)), named: Math.max(shareOf(title, question.terms), asked ? shareOf(asked.question, question.terms) : 0) }));
  // Who names another title speaks of that now.
  const open = 1 - Math.max(0, ...rows.map(({ named }) => named));
  return rows.map(({ title, own, named }) => own * (1 + NAMED_WEIGHT * named ** 2 + (question.focus.size === 0 ? 0 : FOCUS_WEIGHT * open * shareOf(title, question.focus) ** 2)));
}
