import type { PrivateValue } from './private-values.js';

/** The ways in which a value could be written by a program: as it is, in JSON, in a URL, and a number without its groups. */
function formsOf({ value }: PrivateValue): string[] {
  const plain = /^[\d\sXx+().-]+$/.test(value) ? value.replace(/[^\dXx]/g, '') : value;
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), plain])];
}

/** Longer beginnings tell more, and are looked for first by their first two characters. */
const LONGEST_START = 6;
const SLOTS = 1 << 20;
const slotOf = (first: number, second: number): number => (Math.imul(first, 0x9e_37_79_b1) ^ second) & (SLOTS - 1);

/**
 * Looks for private values in texts, all of them in one pass over each text: made for tens of megabytes.
 * @returns the values that stand there, in a form that they stand in
 */
export function createLeakFinder(values: readonly PrivateValue[]): (text: string) => string[] {
  const begins = new Uint8Array(SLOTS);
  const byLength = new Map<number, Map<string, string[]>>();
  for (const value of values) {
    for (const form of formsOf(value)) {
      begins[slotOf(form.charCodeAt(0), form.charCodeAt(1))] = 1;
      const length = Math.min(form.length, LONGEST_START);
      const starts = byLength.get(length) ?? new Map<string, string[]>();
      byLength.set(length, starts);
      const start = form.slice(0, length);
      starts.set(start, [...(starts.get(start) ?? []), form]);
    }
  }
  return (text) => {
    const found = new Set<string>();
    for (let at = 0; at + 1 < text.length; at++) {
      if (begins[slotOf(text.charCodeAt(at), text.charCodeAt(at + 1))] === 0) continue;
      for (const [length, starts] of byLength) {
        for (const form of starts.get(text.slice(at, at + length)) ?? []) if (text.startsWith(form, at)) found.add(form);
      }
    }
    return [...found];
  };
}
