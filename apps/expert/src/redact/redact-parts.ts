import type { Turn } from '@switchyard/contracts';
import type { PersonalDataKind } from '@switchyard/guardrail';
import { noPseudonyms, type Pseudonyms } from './pseudonyms.js';
import { redactTexts, type RedactedTexts } from './redact-texts.js';

/** What a cloud model is to be told of one request. */
export interface Parts {
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly passages: readonly { readonly documentId: string; readonly title: string; readonly text: string }[];
}

export type Redacted = Parts & Omit<RedactedTexts, 'texts'>;

/** Replaces personal data by placeholders in all parts of a request; see `redactTexts`. */
export function redactParts({ text, turns, passages }: Parts, known: Pseudonyms = noPseudonyms, allowed: ReadonlySet<PersonalDataKind> = new Set()): Redacted {
  const { texts, ...redacted } = redactTexts([text, ...turns.map((turn) => turn.text), ...passages.flatMap((passage) => [passage.title, passage.text])], known, allowed);
  const at = (index: number): string => texts[index] ?? '';
  const firstPassage = 1 + turns.length;
  return {
    text: at(0),
    turns: turns.map((turn, index) => ({ role: turn.role, text: at(1 + index) })),
    passages: passages.map(({ documentId }, index) => ({ documentId, title: at(firstPassage + 2 * index), text: at(firstPassage + 2 * index + 1) })),
    ...redacted,
  };
}
