import type { PersonalDataKind } from '@switchyard/contracts';
import { kindOfPlaceholder, placeholdersIn } from '@switchyard/guardrail';
import type { Parts } from './redact-parts.js';

export interface Withheld {
  /** Kinds in the message itself for which it may not be sent; empty: it may. */
  readonly refused: readonly PersonalDataKind[];
  /** What may be sent. */
  readonly parts: Parts;
  /** Earlier turns and passages that hold what may not be sent, and stay here. */
  readonly leftOut: { readonly turns: number; readonly passages: number };
}

/**
 * Keeps back what holds a kind of personal data that the site does not send, not even under a placeholder. The message itself
 * is refused; without an earlier turn or a passage it can still be answered, so those are only left out.
 * @param parts redacted
 */
export function withhold({ text, turns, passages }: Parts, isRefused: (kind: PersonalDataKind) => boolean): Withheld {
  const refusedIn = (written: string): PersonalDataKind[] => [...placeholdersIn(written)].flatMap((placeholder) => kindOfPlaceholder(placeholder) ?? []).filter(isRefused);
  const kept = {
    turns: turns.filter((turn) => refusedIn(turn.text).length === 0),
    passages: passages.filter((passage) => refusedIn(`${passage.title}\n${passage.text}`).length === 0),
  };
  return {
    refused: [...new Set(refusedIn(text))].toSorted(),
    parts: { text, ...kept },
    leftOut: { turns: turns.length - kept.turns.length, passages: passages.length - kept.passages.length },
  };
}
