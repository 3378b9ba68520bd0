import { kindOfPlaceholder, placeholdersIn, type PersonalDataKind, type PseudonymMap, type ResultField } from '@switchyard/guardrail';
import { kindOfKey } from './kind-of-key.js';
import type { Pseudonyms } from './pseudonyms.js';
import { redactTexts } from './redact-texts.js';

export interface RedactedResult {
  /** Those that may be sent. */
  readonly fields: readonly ResultField[];
  /** Fields that hold a kind that the site does not send, and stay here. */
  readonly leftOut: number;
  /** Placeholder -> value, of what may be sent. */
  readonly map: PseudonymMap;
  readonly counts: Readonly<Record<string, number>>;
  readonly pseudonyms: Pseudonyms;
}

/**
 * What a tool returned, with placeholders in the place of personal data: those of the conversation where they stand for the
 * same values. What a key names (`receiver.name`, `phone`) is personal whatever its form; a key that is a value itself is replaced too.
 * @param quoted what reads as a placeholder in the prompt and stands for nothing; none of them is given out
 */
export function redactResult(fields: readonly ResultField[], known: Pseudonyms, quoted: ReadonlySet<string>, policy: { readonly allowed: ReadonlySet<PersonalDataKind>; readonly isRefused: (kind: PersonalDataKind) => boolean }): RedactedResult {
  const { texts, map, counts, pseudonyms } = redactTexts([...fields.map(({ text }) => text), ...fields.map(({ path }) => path), [...quoted].join(' ')], known, policy.allowed, (index) => kindOfKey(fields[index]?.path ?? ''));
  const written = fields.map((_field, index): ResultField => ({ path: texts[fields.length + index] ?? '', text: texts[index] ?? '' }));
  const kept = written.filter(({ path, text }) => ![...placeholdersIn(`${path} ${text}`)].some((placeholder) => Object.hasOwn(map, placeholder) && policy.isRefused(kindOfPlaceholder(placeholder) ?? 'person_name')));
  const sent = placeholdersIn(kept.map(({ text }) => text).join('\n'));
  return {
    fields: kept,
    leftOut: written.length - kept.length,
    map: Object.fromEntries(Object.entries(map).filter(([placeholder]) => sent.has(placeholder))),
    counts,
    pseudonyms,
  };
}
