import { findInstructions, type ResultField } from '@switchyard/guardrail';
import { normaliseText } from '@switchyard/knowledge';
import { findDates, readNumbers } from '@switchyard/intent';
import type { ToolDefinition } from '@switchyard/site';

type Schema = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const compact = (text: string): string => normaliseText(text).replace(/[^\p{L}\p{N}]+/gu, '');

/** Whether a value stands in a text as a whole, however it is spaced or hyphenated there: not as a part of a longer number or word. */
function standsIn(text: string, value: string): boolean {
  const letters = Array.from(compact(value));
  const pattern = letters.map((letter) => letter.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&')).join('[^\\p{L}\\p{N}]{0,3}');
  return new RegExp(`${/^[a-z\d]/u.test(letters[0] ?? '') ? '(?<![a-z\\d])' : ''}${pattern}${/[a-z\d]$/u.test(letters.at(-1) ?? '') ? '(?![a-z\\d])' : ''}`, 'u').test(text);
}

const DAY_MS = 86_400_000;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/u;

/** The days that a text may mean: "next Friday" is reckoned from today, which is yesterday or tomorrow elsewhere, and a day without a year is any of the nearest. */
function daysIn(text: string, nowMs: number): Set<string> {
  const today = Math.floor(nowMs / DAY_MS);
  const contexts = [-1, 0, 1].flatMap((shift) => (['past', 'future', 'nearest'] as const).map((prefer) => ({ today: today + shift, prefer })));
  return new Set(contexts.flatMap((context) => findDates(text, context).map(({ value }) => value)));
}

/** What arguments may be taken from. */
export interface Grounds {
  /** What the customer and the mesh have said. */
  readonly conversation: string;
  /** What tools have returned for this message. */
  readonly results: readonly (readonly ResultField[])[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** A text without the instructions that were planted into it: what they name is no ground for anything. */
function withoutInstructions(text: string): string {
  return findInstructions(text).toReversed().reduce((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, text);
}

/** A number from which on it names something rather than counts it. */
const LEAST_ID = 1_000;

/**
 * The first argument that a model has made up, or has from a document, by its path; undefined where there is none. Of a tool
 * that looks up, texts with a digit and long numbers are held to what was said and looked up: they name orders, persons and
 * dates. Of one that changes something, all texts and numbers are. What the tool's schema lists is a choice, and free.
 */
export function unfoundedArgument(tool: Pick<ToolDefinition, 'effect' | 'arguments'>, given: Readonly<Record<string, unknown>>, { conversation, results, nowMs }: Grounds): string | undefined {
  const grounds = [conversation, ...results.flat().map(({ text }) => withoutInstructions(text))];
  const known = grounds.map(normaliseText).join('\n');
  let numbers: Set<number> | undefined;
  const isKnownNumber = (value: number): boolean => (numbers ??= new Set(grounds.flatMap((text) => readNumbers(text).map((one) => one.value)))).has(value) || standsIn(known, String(value));
  let days: Set<string> | undefined;
  const isKnownDay = (value: string): boolean => ISO_DATE.test(value) && (days ??= daysIn(grounds.join('\n'), nowMs)).has(value);
  const strict = tool.effect === 'write';
  const isFounded = (value: unknown): boolean => {
    if (typeof value === 'number') return (!strict && Math.abs(value) < LEAST_ID) || isKnownNumber(value);
    if (typeof value !== 'string') return true;
    const plain = compact(value);
    return plain === '' || (!strict && !/\d/u.test(plain)) || standsIn(known, value) || isKnownDay(value);
  };
  const search = (value: unknown, schema: unknown, path: string): string | undefined => {
    if (isRecord(schema) && ('enum' in schema || 'const' in schema)) return undefined;
    if (Array.isArray(value)) return firstOf(value.map((one, index) => () => search(one, isRecord(schema) ? schema['items'] : undefined, `${path}/${index}`)));
    if (isRecord(value)) return firstOf(Object.entries(value).map(([name, one]) => () => search(one, propertyOf(schema, name), `${path}/${name}`)));
    return isFounded(value) ? undefined : path;
  };
  return search(given, tool.arguments, '');
}

const firstOf = (searches: readonly (() => string | undefined)[]): string | undefined => {
  for (const one of searches) {
    const found = one();
    if (found !== undefined) return found;
  }
  return undefined;
};

function propertyOf(schema: unknown, name: string): unknown {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  return isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
