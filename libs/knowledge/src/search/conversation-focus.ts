import { extractTerms } from '../terms/extract-terms.js';

/** Weight of the terms of a turn in the search for titles, the newest turn first. Chosen on half of DSTC11 track 5 (odd rows). */
const TURN_WEIGHTS = [2, 1.4, 1.4];
/** The newest terms, so that a long reply does not make a long query. */
const MAX_TERMS = 64;

/**
 * What a conversation is about, as far as titles name it: the terms of the last turns with their weights. "Does it have
 * wifi?" is asked of the guest house that was spoken of. `before`: what was said, oldest first, without the question.
 */
export function focusOf(before: readonly string[]): ReadonlyMap<string, number> {
  const focus = new Map<string, number>();
  for (const [age, said] of before.toReversed().slice(0, TURN_WEIGHTS.length).entries()) {
    for (const { term } of extractTerms(said)) {
      if (focus.size >= MAX_TERMS) return focus;
      if (!focus.has(term)) focus.set(term, TURN_WEIGHTS[age] ?? 0);
    }
  }
  return focus;
}
