import { askKey, canonicalAsk } from './canonical-ask.js';
import { conflictBetween, type Conflict } from './conflict-between.js';

/** `same`, or in what two questions differ. `unclear`: one of them has no words of its own, or leans on what was said before. */
export type AskVerdict = 'same' | 'unclear' | Conflict | 'asked' | 'words';

/**
 * Whether an answer to one question may be given to the other. Only where their canonical forms are one: what is not
 * known to be idle or a synonym counts as a difference.
 */
export function compareAsks(one: string, other: string): AskVerdict {
  const [left, right] = [canonicalAsk(one), canonicalAsk(other)];
  if (!left || !right || left.leans || right.leans) return 'unclear';
  if (askKey(left) === askKey(right)) return 'same';
  const conflict = conflictBetween(one, other);
  if (conflict) return conflict;
  return left.asks.join() === right.asks.join() && left.modes.join() === right.modes.join() ? 'words' : 'asked';
}
