import type { ResultField } from '@switchyard/guardrail';

/** What a model reads of a result; a longer one costs its context, and answers no better. */
const MOST_FIELDS = 120;
const LONGEST_FIELD = 1_000;

/** The fields of what a tool returned, in order, each with where it stands; what is empty is left out. */
export function fieldsOfResult(value: unknown): ResultField[] {
  const fields: ResultField[] = [];
  const walk = (at: unknown, path: string): void => {
    if (fields.length >= MOST_FIELDS || at === null || at === undefined || at === '') return;
    if (typeof at === 'object') for (const [key, one] of Object.entries(at)) walk(one, path === '' ? key : `${path}.${key}`);
    else if (typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean') fields.push({ path, text: String(at).slice(0, LONGEST_FIELD) });
  };
  walk(value, '');
  return fields.length === 0 ? [{ path: 'result', text: 'nothing' }] : fields;
}
