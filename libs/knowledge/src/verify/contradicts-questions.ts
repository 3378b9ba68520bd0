import { termSet } from '../terms/extract-terms.js';
import { conflictBetween, type Conflict } from './conflict-between.js';

/** Of the questions those are looked at that are nearly as close as the closest, by Jaccard's measure over their terms. */
const NEARLY = 0.6;
/** So many at most; the closest come first. */
const MOST_LOOKED_AT = 3;
/**
 * A denial counts only in nearly the same words: an answer to "which can be returned?" serves "which cannot be returned?" as
 * often as not, and its writers put both under it.
 */
const SAME_WORDS = 0.75;

function similarity(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  for (const term of left) if (right.has(term)) shared += 1;
  return shared === 0 ? 0 : shared / (left.size + right.size - shared);
}

/**
 * Why an answer that was written for these questions is not one to the text, though it is close to them: every close one is about
 * another sum, code or direction, says the opposite, or denies it in the same words. Undefined where one of them is free of
 * that, or none shares a word with the text.
 */
export function contradictsQuestions(text: string, questions: readonly string[]): Conflict | undefined {
  const own = termSet(text);
  const ranked = questions.map((question) => ({ question, close: similarity(own, termSet(question)) })).filter(({ close }) => close > 0).toSorted((left, right) => right.close - left.close);
  const best = ranked[0]?.close ?? 0;
  let first: Conflict | undefined;
  for (const { question, close } of ranked.slice(0, MOST_LOOKED_AT)) {
    if (close < NEARLY * best) break;
    const conflict = conflictBetween(text, question);
    if (conflict === undefined || (conflict === 'negation' && close < SAME_WORDS)) return undefined;
    first ??= conflict;
  }
  return first;
}
