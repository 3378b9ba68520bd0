import type { ResultField } from '@switchyard/guardrail';

/** What a model reads of a result; a longer one costs its context, and answers no better. */
const MOST_FIELDS = 120;
const LONGEST_FIELD = 1_000;

/** A border of words near the end: a value that is cut in two is recognised by nobody. */
const LAST_PART = /[^\s,;，。；、]*$/u;
const LONGEST_PART = 200;

function shorten(text: string): string {
  if (text.length <= LONGEST_FIELD) return text;
  const head = text.slice(0, LONGEST_FIELD);
  const border = head.search(LAST_PART);
  return border > LONGEST_FIELD - LONGEST_PART ? head.slice(0, border) : head;
}

/** The fields of what a tool returned, in order, each with where it stands; what is empty is left out. */
export function fieldsOfResult(value: unknown): ResultField[] {
  const fields: ResultField[] = [];
  const walk = (at: unknown, path: string): void => {
    if (fields.length >= MOST_FIELDS || at === null || at === undefined || at === '') return;
    if (typeof at === 'object') for (const [key, one] of Object.entries(at)) walk(one, path === '' ? key : `${path}.${key}`);
    else if (typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean') fields.push({ path, text: shorten(String(at)) });
  };
  walk(value, '');
  return fields.length === 0 ? [{ path: 'result', text: 'nothing' }] : fields;
}

/** The values that a schema lists for texts, anywhere in it. */
function* listedIn(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'enum' && Array.isArray(value)) yield* value.filter((one) => typeof one === 'string');
    else yield* listedIn(value);
  }
}

/** What the result of a tool could have said, by the lists in its schema, and does not say: of the states of an order, the other ones. */
export function unsaid(schema: unknown, fields: readonly ResultField[]): string[] {
  const said = new Set(fields.map(({ text }) => text));
  return [...new Set(listedIn(schema))].filter((value) => !said.has(value));
}
