import type { WordAction } from '@switchyard/site';
import { scoreInjection } from './score-injection.js';
import type { WordMatch, WordMatcher } from './word-matcher.js';

/** What the screening of one text found. */
export interface Screening {
  /** The strongest action among the matches. */
  readonly action: WordAction | 'none';
  /** Categories of the matches, sorted, each once. */
  readonly categories: readonly string[];
  readonly matches: readonly WordMatch[];
  /** How much the text looks like an attempt to talk a model out of its orders, 0 to 1. */
  readonly injection: number;
}

/** Strongest first. A masked text still gets an answer, so a person goes before it. */
const ACTIONS: readonly WordAction[] = ['refuse', 'hand_over', 'mask', 'flag'];

/** Screens a text, of the customer or of a model, against the words of the site. */
export function screen(text: string, matcher: WordMatcher): Screening {
  const matches = matcher.find(text);
  return {
    action: ACTIONS.find((action) => matches.some((match) => match.action === action)) ?? 'none',
    categories: [...new Set(matches.map((match) => match.category))].toSorted(),
    matches,
    injection: scoreInjection(text),
  };
}

/** The text with every character of the matches as `*`; pass those of one action to mask only them. */
export function mask(text: string, matches: readonly Pick<WordMatch, 'start' | 'end'>[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of matches.toSorted((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    masked += text.slice(at, from) + '*'.repeat(Array.from(text.slice(from, end)).length);
    at = end;
  }
  return masked + text.slice(at);
}
