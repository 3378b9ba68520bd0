import { isRecord } from './is-record.js';

/** Deeper than this an argument is left open. */
const DEEPEST = 6;

/**
 * What of a JSON Schema every model server can hold a model to: types, enumerations, properties, items and alternatives. The
 * rest (patterns, formats, lengths, references) differs from engine to engine, where what one does not know is refused or
 * makes the grammar explode; it is checked before the call all the same.
 */
export function schemaForGrammar(schema: unknown, depth = 0): Record<string, unknown> {
  if (!isRecord(schema) || depth > DEEPEST || '$ref' in schema || 'allOf' in schema) return {};
  const { type, properties, items, required, description } = schema;
  const alternatives = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  const inner = (one: unknown): Record<string, unknown> => schemaForGrammar(one, depth + 1);
  return {
    ...(typeof type === 'string' || Array.isArray(type) ? { type } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(Array.isArray(schema['enum']) ? { enum: schema['enum'] } : 'const' in schema ? { enum: [schema['const']] } : {}),
    ...(alternatives ? { anyOf: alternatives.map(inner) } : {}),
    ...(isRecord(properties) ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])) } : {}),
    ...(isRecord(properties) && Array.isArray(required) ? { required } : {}),
    ...(isRecord(properties) && schema['additionalProperties'] === false ? { additionalProperties: false } : {}),
    ...(isRecord(items) ? { items: inner(items) } : {}),
  };
}
