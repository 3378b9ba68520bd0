import type { PersonalData } from './personal-data.js';

/** Placeholder -> the value that it stands for. Personal data: sealed wherever it is kept. */
export type PseudonymMap = Readonly<Record<string, string>>;

export interface Pseudonymised {
  readonly text: string;
  readonly map: PseudonymMap;
}

const PLACEHOLDER = /[<＜]\s?([A-Za-z_]{2,20}_\d{1,4})\s?[>＞]/g;

/** The same value however it is written: "138 0013 8000" is "13800138000". */
function plainValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().replace(/[\s().-]/g, '');
}

/**
 * Replaces personal data by typed placeholders (`<PHONE_1>`); the same value has the same placeholder. `known` goes on
 * with the map of another text, so that the turns of a conversation agree; the map that comes back holds both. A
 * placeholder that already stands in the text is never given out.
 */
export function pseudonymise(text: string, findings: readonly PersonalData[], known: PseudonymMap = {}): Pseudonymised {
  const map: Record<string, string> = { ...known };
  const byValue = new Map(Object.entries(map).map(([placeholder, value]) => [`${placeholder.replace(/_\d+>$/, '')}:${plainValue(value)}`, placeholder]));
  const placeholderOf = ({ kind, value }: PersonalData): string => {
    const stem = `<${kind.toUpperCase()}`;
    const key = `${stem}:${plainValue(value)}`;
    const there = byValue.get(key);
    if (there !== undefined) return there;
    let number = 1;
    while (`${stem}_${number}>` in map || text.includes(`${stem}_${number}>`)) number++;
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

/** Puts the values back. Models change the letter case and width of what they copy, so that is forgiven. */
export function restore(text: string, map: PseudonymMap): string {
  return text.replace(PLACEHOLDER, (written, name: string) => {
    const placeholder = `<${name.toUpperCase()}>`;
    return Object.hasOwn(map, placeholder) ? (map[placeholder] ?? written) : written;
  });
}
