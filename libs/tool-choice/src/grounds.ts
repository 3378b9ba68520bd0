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

/** A text by its letters and digits: what stands between them is only counted. */
interface Lettered {
  readonly letters: string;
  /** How many other characters stand before each of them; by UTF-16 units, as `letters`. */
  readonly gaps: readonly number[];
}

const LETTER = /[\p{L}\p{N}]/u;
const LATIN = /[a-z\d]/u;
/** Signs between two letters of a value, at most: more of them part two things. */
const LONGEST_GAP = 3;

function letteredOf(text: string): Lettered {
  const gaps: number[] = [];
  let letters = '';
  let gap = 0;
  for (const character of text) {
    if (!LETTER.test(character)) {
      gap++;
      continue;
    }
    letters += character;
    gaps.push(gap);
    for (let unit = 1; unit < character.length; unit++) gaps.push(0);
    gap = 0;
  }
  return { letters, gaps };
}

/**
 * Whether a value stands in a text, however it is spaced or hyphenated there, and not as a part of a longer number or word.
 * In time with the length of both: a model says how long a value is.
 */
function standsIn({ letters, gaps }: Lettered, value: string): boolean {
  const sought = compact(value);
  /** Whether the letters on both sides of a place are of one word. */
  const isWithin = (at: number): boolean => at > 0 && at < letters.length && gaps[at] === 0 && LATIN.test(letters[at - 1] ?? '') && LATIN.test(letters[at] ?? '');
  let from = 0;
  for (;;) {
    const at = letters.indexOf(sought, from);
    if (at === -1) return false;
    const end = at + sought.length;
    let broken = end - 1;
    while (broken > at && (gaps[broken] ?? 0) <= LONGEST_GAP) broken--;
    if (broken <= at && !isWithin(at) && !isWithin(end)) return true;
    // Whatever begins before the last gap that is too long has it inside as well.
    from = Math.max(at + 1, broken);
  }
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
  const known = letteredOf(texts.map(normaliseText).join('\n'));
  let numbers: Set<number> | undefined;
  let days: Set<string> | undefined;
  return {
    holdsText: (value) => standsIn(known, value) || (ISO_DATE.test(value) && (days ??= daysIn(texts.join('\n'), nowMs)).has(value)),
    holdsNumber: (value) => standsIn(known, String(value)) || (numbers ??= new Set(texts.flatMap((text) => readNumbers(text).map((one) => one.value)))).has(value),
  };
}
