import { findInstructions } from '@switchyard/guardrail';
import { isSafePattern } from '@switchyard/intent';
import { below, follow, isPart, listOf, NotTaken, partOf, type Part } from './document.js';

/** Which side sends the value: what is `readOnly` is no argument, what is `writeOnly` stands in no result. */
export type Side = 'arguments' | 'result';

export interface ConvertOptions {
  readonly document: Part;
  readonly side: Side;
  /** Told what was left out, and where. */
  readonly onLeftOut: (pointer: string, reason: string) => void;
}

/** Keywords that mean the same in OpenAPI 3.0, 3.1 and in the JSON Schema that tools are checked by. */
const AS_THEY_ARE = ['type', 'enum', 'const', 'multipleOf', 'maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'maxLength', 'minLength', 'maxItems', 'minItems', 'uniqueItems', 'maxProperties', 'minProperties'];
/** Formats that can be checked; the others are the document's own words. */
const FORMATS: ReadonlySet<unknown> = new Set(['date', 'time', 'date-time', 'duration', 'uri', 'uri-reference', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'int32', 'int64', 'float', 'double', 'byte']);
const UNKNOWN = ['$dynamicRef', '$recursiveRef', 'unevaluatedProperties', 'unevaluatedItems', 'dependentSchemas', 'patternProperties', 'if', 'prefixItems', 'contains', 'propertyNames'];
/** Parts of one schema with its references filled in; a larger one helps no model, and slows every start. */
const MOST_PARTS = 2_000;
const LONGEST_DESCRIPTION = 200;

/**
 * A schema of the document with its references filled in, in the words of JSON Schema.
 * @throws NotTaken where it refers to itself, to nothing or to another document, or is too large
 */
export function convertSchema(schema: unknown, pointer: string, options: ConvertOptions): Record<string, unknown> {
  let parts = 0;
  const { document, side, onLeftOut } = options;

  const convert = (value: unknown, at: string, chain: readonly string[]): Record<string, unknown> => {
    if (++parts > MOST_PARTS) throw new NotTaken(pointer, `has more than ${MOST_PARTS} parts with its references filled in`);
    if (value === true || value === undefined) return {};
    if (value === false) return { not: {} };
    if (!isPart(value)) throw new NotTaken(at, 'is no schema');
    const reference = value['$ref'];
    if (typeof reference === 'string') {
      if (chain.includes(reference)) throw new NotTaken(at, `leads back to itself: ${[...chain, reference].join(' -> ')}`);
      const target = follow(document, reference, at);
      const own = Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$ref'));
      return { ...convert(target.value, target.pointer, [...chain, reference]), ...(Object.keys(own).length > 0 ? convert(own, at, chain) : {}) };
    }
    for (const key of UNKNOWN) if (key in value) onLeftOut(below(at, key), 'is a keyword that is not taken over');
    const inner = (one: unknown, ...keys: (string | number)[]): Record<string, unknown> => convert(one, below(at, ...keys), chain);
    const converted: Record<string, unknown> = Object.fromEntries(AS_THEY_ARE.filter((key) => key in value).map((key) => [key, value[key]]));
    bounds(converted);
    if (value['nullable'] === true) allowNull(converted);
    if (FORMATS.has(value['format'])) converted['format'] = value['format'];
    if (typeof value['pattern'] === 'string') {
      if (isPattern(value['pattern']) && isSafePattern(value['pattern'])) converted['pattern'] = value['pattern'];
      else onLeftOut(below(at, 'pattern'), 'could take too long to check, or is none');
    }
    if (side === 'arguments' && typeof value['description'] === 'string') describe(converted, value['description'], at);
    if (isPart(value['properties'])) {
      const hidden = side === 'arguments' ? 'readOnly' : 'writeOnly';
      const shown = Object.entries(value['properties']).filter(([, one]) => partOf(one)[hidden] !== true);
      converted['properties'] = Object.fromEntries(shown.map(([name, one]) => [name, inner(one, 'properties', name)]));
      const names = new Set(shown.map(([name]) => name));
      const required = listOf(value['required']).filter((name) => names.has(name as string) || !Object.hasOwn(partOf(value['properties']), name as string));
      if (required.length > 0) converted['required'] = required;
    } else if (listOf(value['required']).length > 0) converted['required'] = value['required'];
    if (typeof value['additionalProperties'] === 'boolean') converted['additionalProperties'] = value['additionalProperties'];
    else if (isPart(value['additionalProperties'])) converted['additionalProperties'] = inner(value['additionalProperties'], 'additionalProperties');
    if (value['items'] !== undefined) converted['items'] = inner(value['items'], 'items');
    if (value['not'] !== undefined) converted['not'] = inner(value['not'], 'not');
    for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
      const alternatives = listOf(value[key]);
      if (alternatives.length > 0) converted[key] = alternatives.map((one, index) => inner(one, key, index));
    }
    return merged(converted);
  };

  const describe = (converted: Record<string, unknown>, description: string, at: string): void => {
    // A model reads it.
    if (findInstructions(description).length > 0) onLeftOut(below(at, 'description'), 'reads like an instruction to a model');
    else if (description.trim() !== '') converted['description'] = description.replace(/\s+/gu, ' ').trim().slice(0, LONGEST_DESCRIPTION);
  };

  return convert(schema, pointer, []);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside the bound; JSON Schema gives the bound itself. */
function bounds(schema: Record<string, unknown>): void {
  for (const [exclusive, bound] of [['exclusiveMinimum', 'minimum'], ['exclusiveMaximum', 'maximum']] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    if (schema[exclusive] && bound in schema) {
      schema[exclusive] = schema[bound];
      delete schema[bound];
    } else delete schema[exclusive];
  }
}

function allowNull(schema: Record<string, unknown>): void {
  if (typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(null)) schema['enum'] = [...(schema['enum'] as unknown[]), null];
}

const OBJECT_ONLY = new Set(['type', 'properties', 'required', 'description', 'allOf', 'additionalProperties']);

/** Objects that are put together by `allOf` as the one object that they are, so that its properties can be arguments. */
function merged(schema: Record<string, unknown>): Record<string, unknown> {
  const parts = [...listOf(schema['allOf']), Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'allOf'))].filter(isPart);
  const isPlain = (part: Part): boolean => Object.keys(part).every((key) => OBJECT_ONLY.has(key)) && (part['type'] === undefined || part['type'] === 'object') && !isPart(part['additionalProperties']) && part['additionalProperties'] !== false;
  if (schema['allOf'] === undefined || !parts.every(isPlain)) return schema;
  const names = parts.flatMap((part) => Object.keys(partOf(part['properties'])));
  if (new Set(names).size < names.length) return schema;
  const required = [...new Set(parts.flatMap((part) => listOf(part['required'])))];
  const description = parts.map((part) => part['description']).find((one) => one !== undefined);
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: Object.assign({}, ...parts.map((part) => partOf(part['properties']))) as Record<string, unknown>,
    ...(required.length > 0 ? { required } : {}),
  };
}
