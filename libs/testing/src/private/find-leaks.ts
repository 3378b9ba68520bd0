import type { PrivateValue } from './private-values.js';

/** The ways in which a value could be written by a program: as it is, in JSON, in a URL, and a number without its groups. */
function formsOf({ value }: PrivateValue): string[] {
  const plain = /^[\d\sXx+().-]+$/.test(value) ? value.replace(/[^\dXx]/g, '') : value;
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), plain])];
}

/**
 * Looks for private values in texts, all of them in one pass over each text.
 * @returns the values that stand there
 */
export function createLeakFinder(values: readonly PrivateValue[]): (text: string) => string[] {
  const byLength = new Map<number, Map<string, string[]>>();
  for (const value of values) {
    for (const form of formsOf(value)) {
      const length = Math.min(form.length, 5);
      const starts = byLength.get(length) ?? new Map<string, string[]>();
      byLength.set(length, starts);
      const start = form.slice(0, length);
      starts.set(start, [...(starts.get(start) ?? []), form]);
    }
  }
  return (text) => {
    const found = new Set<string>();
    for (let at = 0; at < text.length; at++) {
      for (const [length, starts] of byLength) {
        for (const form of starts.get(text.slice(at, at + length)) ?? []) if (text.startsWith(form, at)) found.add(form);
      }
    }
    return [...found];
  };
}
