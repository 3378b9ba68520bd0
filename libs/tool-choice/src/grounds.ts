import { findInstructions, type ResultField } from '@switchyard/guardrail';
import { findDates, readNumbers } from '@switchyard/intent';
import { normaliseText } from '@switchyard/knowledge';

/** What arguments may be taken from. */
export interface GroundsInput {
  /** What the customer and the mesh have said. */
  readonly conversation: string;
  /** What tools have returned for this message. */
  readonly results: readonly (readonly ResultField[])[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface Grounds {
  /** Whether the value stands there as a whole, or as a day that is meant there. */
  holdsText(value: string): boolean;
  holdsNumber(value: number): boolean;
}

/** Letters and digits only, in one case, width and script. */
export const compact = (text: string): string => normaliseText(text).replace(/[^\p{L}\p{N}]+/gu, '');

/** Whether a value stands in a text, however it is spaced or hyphenated there, and not as a part of a longer number or word. */
function standsIn(text: string, value: string): boolean {
  const letters = compact(value);
  const pattern = Array.from(letters).join('[^\\p{L}\\p{N}]{0,3}');
  return new RegExp(`${/^[a-z\d]/u.test(letters) ? '(?<![a-z\\d])' : ''}${pattern}${/[a-z\d]$/u.test(letters) ? '(?![a-z\\d])' : ''}`, 'u').test(text);
}

const DAY_MS = 86_400_000;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/u;

/** The days that a text may mean: "next Friday" is reckoned from today, which is yesterday or tomorrow elsewhere, and a day without a year is any of the nearest. */
function daysIn(text: string, nowMs: number): Set<string> {
  const today = Math.floor(nowMs / DAY_MS);
  const contexts = [-1, 0, 1].flatMap((shift) => (['past', 'future', 'nearest'] as const).map((prefer) => ({ today: today + shift, prefer })));
  return new Set(contexts.flatMap((context) => findDates(text, context).map(({ value }) => value)));
}

/** A text without the instructions that were planted into it: what they name is no ground for anything. */
function withoutInstructions(text: string): string {
  return findInstructions(text).toReversed().reduce((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, text);
}

export function groundsOf({ conversation, results, nowMs }: GroundsInput): Grounds {
  const texts = [conversation, ...results.flat().map(({ text }) => withoutInstructions(text))];
  const known = texts.map(normaliseText).join('\n');
  let numbers: Set<number> | undefined;
  let days: Set<string> | undefined;
  return {
    holdsText: (value) => standsIn(known, value) || (ISO_DATE.test(value) && (days ??= daysIn(texts.join('\n'), nowMs)).has(value)),
    holdsNumber: (value) => standsIn(known, String(value)) || (numbers ??= new Set(texts.flatMap((text) => readNumbers(text).map((one) => one.value)))).has(value),
  };
}
