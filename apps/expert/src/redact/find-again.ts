import type { PersonalData, PersonalDataKind } from '@switchyard/guardrail';

/** What is known to be personal already. */
export interface KnownValue {
  readonly kind: PersonalDataKind;
  readonly value: string;
}

/** Shorter values, names apart, would be found inside other words and numbers. */
const SHORTEST = 6;
const SHORTEST_LATIN_NAME = 3;
const HAN_NAME = /^[\u4e00-\u9fff]{2,}$/;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** What a value is looked for as; whole words only where it could stand inside another. */
interface Form {
  readonly written: string;
  readonly isWord: boolean;
}

function formsOf({ kind, value }: KnownValue): Form[] {
  if (kind === 'person_name') {
    // Where a name ends is not sure where the sentence goes on behind it ("我叫王伟住…"), so its beginning is looked for too.
    if (HAN_NAME.test(value)) return [value, ...(value.length > 2 ? [value.slice(0, -1)] : [])].map((written) => ({ written, isWord: false }));
    // Of a name in several words each is theirs: "Thanks, Anna".
    const words = value.split(/\s+/).filter((word) => /^\p{Lu}/u.test(word));
    return [value, ...words].filter((name) => name.length >= SHORTEST_LATIN_NAME).map((written) => ({ written, isWord: true }));
  }
  if (value.length < SHORTEST) return [];
  // A number without what sets its groups apart.
  const digits = /^\+?[\d\s().-]+$/.test(value) ? value.replace(/\D/g, '') : '';
  return [value, ...(digits.length >= SHORTEST && digits !== value ? [digits] : [])].map((written) => ({ written, isWord: false }));
}

/** Matches any of the texts, the longest first. Borders are looked at once for all: a message may hold hundreds of names. */
function anyOf(forms: readonly Form[]): RegExp {
  const among = (isWord: boolean): string => forms.filter((form) => form.isWord === isWord).map(({ written }) => escaped(written)).toSorted((a, b) => b.length - a.length).join('|');
  const [words, others] = [among(true), among(false)];
  return new RegExp([...(words === '' ? [] : [`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`]), ...(others === '' ? [] : [others])].join('|'), 'gu');
}

/**
 * Where values that are known to be personal stand in a text, also where their form alone would not tell ("tel13800138000", a
 * name that nothing introduces).
 */
export function createFinder(known: readonly KnownValue[]): (text: string) => PersonalData[] {
  const kinds = new Map<string, PersonalDataKind>();
  const forms: Form[] = [];
  for (const one of known) {
    for (const form of formsOf(one)) {
      if (kinds.has(form.written)) continue;
      kinds.set(form.written, one.kind);
      forms.push(form);
    }
  }
  if (forms.length === 0) return () => [];
  const any = anyOf(forms);
  return (text) => [...text.matchAll(any)].map(({ 0: value, index: start }) => ({ kind: kinds.get(value) ?? 'person_name', start, end: start + value.length, value, confidence: 1 }));
}

/** All of them in their order, without overlaps: of two that overlap the longer stays. */
export function longestOf(findings: readonly PersonalData[]): PersonalData[] {
  const kept: PersonalData[] = [];
  for (const one of findings.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (!last || one.start >= last.end) kept.push(one);
    else if (one.end - one.start > last.end - last.start) kept[kept.length - 1] = one;
  }
  return kept;
}
