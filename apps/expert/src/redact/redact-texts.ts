import { findPersonalData, kindOfPlaceholder, placeholdersIn, pseudonymise, restore, type PersonalData, type PersonalDataKind, type PseudonymMap } from '@switchyard/guardrail';
import { createFinder, longestOf, type KnownValue } from './find-again.js';
import { rememberUsed, type Pseudonyms } from './pseudonyms.js';

export interface RedactedTexts {
  readonly texts: readonly string[];
  /** Placeholder -> value, of what stands in the texts. */
  readonly map: PseudonymMap;
  /** Distinct values that were replaced, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the conversation is to remember. */
  readonly pseudonyms: Pseudonyms;
}

// Stands between the texts while they are one; taken out of them before.
const BORDER = '\u0000';

/** A placeholder that somebody wrote, and that stands for a value of this conversation, would be taken for the value. */
const withoutBrackets = (text: string, known: PseudonymMap): string => restore(text, Object.fromEntries(Object.keys(known).map((placeholder) => [placeholder, placeholder.slice(1, -1)])));

/**
 * Replaces personal data by placeholders in all texts at once, so that a value has one placeholder wherever it stands,
 * and a placeholder that somebody wrote is given out in none of them. What the conversation remembers keeps its
 * placeholders. Kinds of `allowed` stay as they are.
 * @param kindOf the kind that a text as a whole has, known from where it stands; undefined: its form tells
 */
export function redactTexts(texts: readonly string[], known: Pseudonyms, allowed: ReadonlySet<PersonalDataKind>, kindOf: (index: number) => PersonalDataKind | undefined = () => undefined): RedactedTexts {
  const parts = texts.map((part) => withoutBrackets(part.replaceAll(BORDER, ''), known.map));
  const asAWhole = (value: string, index: number): PersonalData[] => {
    const kind = kindOf(index);
    return kind === undefined || allowed.has(kind) || value.trim() === '' ? [] : [{ kind, start: 0, end: value.length, value, confidence: 1 }];
  };
  // Found part by part: words ahead of a border are no context for what stands behind it.
  const byForm = parts.map((part, index) => [...asAWhole(part, index), ...findPersonalData(part, allowed)]);
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
  const used = Object.fromEntries([...placeholdersIn(joined)].flatMap((placeholder) => (Object.hasOwn(map, placeholder) ? [[placeholder, map[placeholder] ?? '']] : [])));
  return { texts: joined.split(BORDER), map: used, counts: countByKind(Object.keys(used)), pseudonyms: rememberUsed(known, used) };
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
