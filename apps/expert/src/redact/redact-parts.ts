import type { Turn } from '@switchyard/contracts';
import { findPersonalData, pseudonymise, type PseudonymMap } from '@switchyard/guardrail';

/** What a cloud model is to be told of one request. */
export interface Parts {
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly passages: readonly { readonly documentId: string; readonly title: string; readonly text: string }[];
}

export interface Redacted extends Parts {
  /** Placeholder -> value; never leaves this process. */
  readonly map: PseudonymMap;
  /** Distinct values that were replaced, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

// Stands between the parts while they are one text; taken out of them before.
const BORDER = '\u0000';
/** Shorter values would be found inside other words and numbers. */
const SHORTEST_REPEATED = 6;

function replaceAllOf(text: string, values: readonly (readonly [placeholder: string, value: string])[]): string {
  return values.reduce((rest, [placeholder, value]) => rest.replaceAll(value, placeholder), text);
}

/**
 * Replaces personal data by placeholders in all parts at once, so that a value has one placeholder wherever it stands,
 * and a placeholder that a customer wrote is given out in none of them.
 */
export function redactParts({ text, turns, passages }: Parts): Redacted {
  const parts = [text, ...turns.map((turn) => turn.text), ...passages.flatMap((passage) => [passage.title, passage.text])].map((part) => part.replaceAll(BORDER, ''));
  // Found part by part: words ahead of a border are no context for what stands behind it.
  let offset = 0;
  const findings = parts.flatMap((part) => {
    const found = findPersonalData(part).map((one) => ({ ...one, start: one.start + offset, end: one.end + offset }));
    offset += part.length + BORDER.length;
    return found;
  });
  const { text: joined, map } = pseudonymise(parts.join(BORDER), findings);
  // What is personal in one place is so in the next, also where its form alone would not tell ("tel13800138000").
  const values = Object.entries(map).filter(([, value]) => value.length >= SHORTEST_REPEATED).toSorted(([, a], [, b]) => b.length - a.length);
  const redacted = replaceAllOf(joined, values).split(BORDER);

  const counts: Record<string, number> = {};
  for (const placeholder of Object.keys(map)) {
    const kind = placeholder.replace(/^<|_\d+>$/g, '').toLowerCase();
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const at = (index: number): string => redacted[index] ?? '';
  const firstPassage = 1 + turns.length;
  return {
    text: at(0),
    turns: turns.map((turn, index) => ({ role: turn.role, text: at(1 + index) })),
    passages: passages.map(({ documentId }, index) => ({ documentId, title: at(firstPassage + 2 * index), text: at(firstPassage + 2 * index + 1) })),
    map,
    counts,
  };
}
