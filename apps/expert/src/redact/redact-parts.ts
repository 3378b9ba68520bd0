import type { Turn } from '@switchyard/contracts';
import { findPersonalData, kindOfPlaceholder, placeholdersIn, pseudonymise, restore, type PersonalDataKind, type PseudonymMap } from '@switchyard/guardrail';
import { createFinder, longestOf, type KnownValue } from './find-again.js';
import { noPseudonyms, rememberUsed, type Pseudonyms } from './pseudonyms.js';

/** What a cloud model is to be told of one request. */
export interface Parts {
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly passages: readonly { readonly documentId: string; readonly title: string; readonly text: string }[];
}

export interface Redacted extends Parts {
  /** Placeholder -> value, of this request. */
  readonly map: PseudonymMap;
  /** Distinct values that were replaced, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the conversation is to remember. */
  readonly pseudonyms: Pseudonyms;
}

// Stands between the parts while they are one text; taken out of them before.
const BORDER = '\u0000';

/** A placeholder that somebody wrote, and that stands for a value of this conversation, would be taken for the value. */
const withoutBrackets = (text: string, known: PseudonymMap): string => restore(text, Object.fromEntries(Object.keys(known).map((placeholder) => [placeholder, placeholder.slice(1, -1)])));

/**
 * Replaces personal data by placeholders in all parts at once, so that a value has one placeholder wherever it stands,
 * and a placeholder that a customer wrote is given out in none of them. What the conversation remembers keeps its
 * placeholders. Kinds of `allowed` stay as they are.
 */
export function redactParts({ text, turns, passages }: Parts, known: Pseudonyms = noPseudonyms, allowed: ReadonlySet<PersonalDataKind> = new Set()): Redacted {
  const parts = [text, ...turns.map((turn) => turn.text), ...passages.flatMap((passage) => [passage.title, passage.text])].map((part) => withoutBrackets(part.replaceAll(BORDER, ''), known.map));
  // Found part by part: words ahead of a border are no context for what stands behind it.
  const byForm = parts.map((part) => findPersonalData(part, allowed));
  const remembered = Object.entries(known.map).flatMap(([placeholder, value]): KnownValue[] => {
    const kind = kindOfPlaceholder(placeholder);
    return kind === undefined || allowed.has(kind) ? [] : [{ kind, value }];
  });
  // What is personal in one place is so in the next, also where its form alone would not tell.
  const findAgain = createFinder([...remembered, ...byForm.flat()]);
  let offset = 0;
  const findings = parts.flatMap((part, index) => {
    const found = longestOf([...(byForm[index] ?? []), ...findAgain(part)]).map((one) => ({ ...one, start: one.start + offset, end: one.end + offset }));
    offset += part.length + BORDER.length;
    return found;
  });
  const { text: joined, map } = pseudonymise(parts.join(BORDER), findings, known.map, known.givenOut);
  const redacted = joined.split(BORDER);
  const used = Object.fromEntries([...placeholdersIn(joined)].flatMap((placeholder) => (Object.hasOwn(map, placeholder) ? [[placeholder, map[placeholder] ?? '']] : [])));

  const at = (index: number): string => redacted[index] ?? '';
  const firstPassage = 1 + turns.length;
  return {
    text: at(0),
    turns: turns.map((turn, index) => ({ role: turn.role, text: at(1 + index) })),
    passages: passages.map(({ documentId }, index) => ({ documentId, title: at(firstPassage + 2 * index), text: at(firstPassage + 2 * index + 1) })),
    map: used,
    counts: countByKind(Object.keys(used)),
    pseudonyms: rememberUsed(known, used),
  };
}

/** How many of each kind. */
export function countByKind(placeholders: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const placeholder of placeholders) {
    const kind = kindOfPlaceholder(placeholder);
    if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
