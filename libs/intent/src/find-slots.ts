import type { Slots, SlotValue } from '@switchyard/contracts';
import type { SlotDefinition } from '@switchyard/site';
import { readNumbers } from './read-number.js';
import { todayIn } from './slots/calendar.js';
import { findAmounts } from './slots/find-amounts.js';
import { findDates } from './slots/find-dates.js';
import { findDurations } from './slots/find-durations.js';
import { PATTERN_SEES, isSafePattern } from './safe-pattern.js';

type Pattern = Extract<SlotDefinition, { kind: 'pattern' }>;
type Choice = Extract<SlotDefinition, { kind: 'choice' }>;
type NumberRange = Extract<SlotDefinition, { kind: 'number' }>;
type DateSlot = Extract<SlotDefinition, { kind: 'date' }>;
type AmountSlot = Extract<SlotDefinition, { kind: 'amount' }>;
type DurationSlot = Extract<SlotDefinition, { kind: 'duration' }>;

/** Compiled once for each definition; null where the pattern may not run. */
const compiled = new WeakMap<Pattern, RegExp | null>();

function compile(definition: Pattern): RegExp | null {
  const there = compiled.get(definition);
  if (there !== undefined) return there;
  let expression: RegExp | null = null;
  try {
    expression = isSafePattern(definition.pattern) ? new RegExp(definition.pattern, 'iu') : null;
  } catch {
    // A site is checked before it is in force; what slips through finds nothing rather than failing messages.
  }
  compiled.set(definition, expression);
  return expression;
}

/** Full-width letters, digits and signs as ASCII ones. The same length, so that offsets hold. */
function narrowed(text: string): string {
  return text.replace(/[！-～]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0)).replaceAll('\u3000', ' ');
}

function findPattern(text: string, definition: Pattern): SlotValue | undefined {
  const match = compile(definition)?.exec(text.slice(0, PATTERN_SEES));
  const found = match?.[1] ?? match?.[0];
  if (!match || found === undefined || found === '') return undefined;
  const value = definition.normalise === 'upper' ? found.toUpperCase() : definition.normalise === 'lower' ? found.toLowerCase() : found;
  return { value, raw: match[0] };
}

const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /[a-z0-9]/.test(character);

/** Where a word stands in the text; one of Latin letters needs its borders. */
function placeOf(text: string, word: string): number {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const joined = (isWordCharacter(word[0]) && isWordCharacter(text[at - 1])) || (isWordCharacter(word.at(-1)) && isWordCharacter(text[at + word.length]));
    if (!joined) return at;
  }
  return -1;
}

/** The value whose word is the longest in the text, as it says the most; of equals the first in the text. */
function findChoice(text: string, definition: Choice): SlotValue | undefined {
  const lower = text.toLowerCase();
  let best: { value: string; at: number; length: number } | undefined;
  for (const [value, words] of Object.entries(definition.values)) {
    for (const word of words) {
      const sought = narrowed(word).toLowerCase();
      const at = placeOf(lower, sought);
      if (at === -1) continue;
      if (!best || sought.length > best.length || (sought.length === best.length && at < best.at)) best = { value, at, length: sought.length };
    }
  }
  return best && { value: best.value, raw: text.slice(best.at, best.at + best.length) };
}

function findNumber(text: string, { min, max }: NumberRange): SlotValue | undefined {
  const number = readNumbers(text).find(({ value }) => isWithin(value, min, max));
  return number && { value: number.value, raw: number.raw };
}

const isWithin = (value: number, min: number | undefined, max: number | undefined): boolean => (min === undefined || value >= min) && (max === undefined || value <= max);

function findDate(text: string, { timeZone, prefer }: DateSlot, nowMs: number): SlotValue | undefined {
  const date = findDates(text, { today: todayIn(timeZone, nowMs), prefer })[0];
  return date && { value: date.value, raw: date.raw, index: date.index };
}

function findAmount(text: string, { currency, min, max }: AmountSlot): SlotValue | undefined {
  const found = findAmounts(text, currency).find(({ value }) => value.currency === currency && isWithin(value.amount, min, max));
  return found && { value: found.value.amount, raw: found.raw, index: found.index, currency };
}

function findDuration(text: string, { minSeconds, maxSeconds }: DurationSlot): SlotValue | undefined {
  const found = findDurations(text).find(({ value }) => isWithin(value.seconds, minSeconds, maxSeconds));
  return found && { value: found.value.iso, raw: found.raw, index: found.index, seconds: found.value.seconds };
}

function findValue(plain: string, definition: SlotDefinition, nowMs: number): SlotValue | undefined {
  switch (definition.kind) {
    case 'pattern':
      return findPattern(plain, definition);
    case 'choice':
      return findChoice(plain, definition);
    case 'number':
      return findNumber(plain, definition);
    case 'date':
      return findDate(plain.slice(0, PATTERN_SEES), definition, nowMs);
    case 'amount':
      return findAmount(plain.slice(0, PATTERN_SEES), definition);
    case 'duration':
      return findDuration(plain.slice(0, PATTERN_SEES), definition);
    default:
      return undefined;
  }
}

/**
 * The slots whose values stand in a message, normalised. Slots of kind `text` are not sought: any message is one, so
 * only the flow that asks for it takes it.
 * @param nowMs milliseconds since 1970, from which "tomorrow" is reckoned
 */
export function findSlots(text: string, definitions: Readonly<Record<string, SlotDefinition>>, nowMs: number): Slots {
  const plain = narrowed(text);
  const slots: Slots = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const value = findValue(plain, definition, nowMs);
    if (value) slots[name] = value;
  }
  return slots;
}
