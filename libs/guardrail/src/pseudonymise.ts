import { PersonalDataKind } from '@switchyard/contracts';
import type { PersonalData } from './personal-data.js';

/** Placeholder -> the value that it stands for. Personal data: sealed wherever it is kept. */
export type PseudonymMap = Readonly<Record<string, string>>;

export interface Pseudonymised {
  readonly text: string;
  readonly map: PseudonymMap;
}

const PLACEHOLDER = /[<＜]\s?([A-Za-z_]{2,20}_\d{1,6})\s?[>＞]/g;

/** The same value however it is written: "138 0013 8000" is "13800138000". */
function plainValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().replace(/[\s().-]/g, '');
}

const stemOf = (placeholder: string): string => placeholder.replace(/_\d+>$/, '');
const numberOf = (placeholder: string): number => Number(/_(\d+)>$/.exec(placeholder)?.[1] ?? 0);

/** What a placeholder, as it is given out, stands for; undefined for what only looks like one (`<constructor_1>`). */
export function kindOfPlaceholder(placeholder: string): PersonalDataKind | undefined {
  return PersonalDataKind.safeParse(stemOf(placeholder).slice(1).toLowerCase()).data;
}

/** All that reads as a placeholder in a text, in the form in which it would be given out, whoever wrote it and however. */
export function placeholdersIn(text: string): Set<string> {
  return new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => `<${name.toUpperCase()}>`));
}

/**
 * Replaces personal data by typed placeholders (`<PHONE_1>`); the same value has the same placeholder. `known` goes on
 * with the map of another text, so that the turns of a conversation agree; the map that comes back holds both. A
 * placeholder that already stands in the text is never given out, nor is one with a number up to that in `givenOut` for
 * its kind: numbers of values that the map has lost.
 */
export function pseudonymise(text: string, findings: readonly PersonalData[], known: PseudonymMap = {}, givenOut: Readonly<Partial<Record<PersonalDataKind, number>>> = {}): Pseudonymised {
  const map: Record<string, string> = { ...known };
  const byValue = new Map(Object.entries(map).map(([placeholder, value]) => [`${stemOf(placeholder)}:${plainValue(value)}`, placeholder]));
  const written = placeholdersIn(text);
  const last = new Map<PersonalDataKind, number>();
  const placeholderOf = ({ kind, value }: PersonalData): string => {
    const stem = `<${kind.toUpperCase()}`;
    const key = `${stem}:${plainValue(value)}`;
    const there = byValue.get(key);
    if (there !== undefined) return there;
    let number = (last.get(kind) ?? givenOut[kind] ?? 0) + 1;
    while (`${stem}_${number}>` in map || written.has(`${stem}_${number}>`)) number++;
    last.set(kind, number);
    const placeholder = `${stem}_${number}>`;
    map[placeholder] = value;
    byValue.set(key, placeholder);
    return placeholder;
  };
  let result = '';
  let at = 0;
  for (const finding of findings.toSorted((a, b) => a.start - b.start)) {
    if (finding.start < at) continue;
    result += text.slice(at, finding.start) + placeholderOf(finding);
    at = finding.end;
  }
  return { text: result + text.slice(at), map };
}

/** The highest number of each kind among some placeholders, as `givenOut` of `pseudonymise` wants it. */
export function highestNumbers(placeholders: Iterable<string>): Partial<Record<PersonalDataKind, number>> {
  const highest: Partial<Record<PersonalDataKind, number>> = {};
  for (const placeholder of placeholders) {
    const kind = kindOfPlaceholder(placeholder);
    if (kind) highest[kind] = Math.max(highest[kind] ?? 0, numberOf(placeholder));
  }
  return highest;
}

/**
 * Puts the values back. Models change the letter case and width of what they copy, so that is forgiven. `unknown` says what
 * stands in the place of a placeholder that is not in the map; without it, that stays as it is.
 */
export function restore(text: string, map: PseudonymMap, unknown: (placeholder: string, written: string) => string = (_, written) => written): string {
  return text.replace(PLACEHOLDER, (written, name: string) => {
    const placeholder = `<${name.toUpperCase()}>`;
    return Object.hasOwn(map, placeholder) ? (map[placeholder] ?? written) : unknown(placeholder, written);
  });
}
