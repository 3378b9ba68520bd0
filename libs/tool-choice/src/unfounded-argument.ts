import type { ToolDefinition } from '@switchyard/site';
import { compact, groundsOf, type GroundsInput } from './grounds.js';
import { isRecord } from './is-record.js';

/** A number from which on it names something rather than counts it. */
const LEAST_ID = 1_000;

/**
 * The first argument that a model has made up, or has from a document, by its path; undefined where there is none. Of a tool
 * that looks up, texts with a digit and long numbers are held to what was said and looked up: they name orders, persons and
 * dates. Of one that changes something, all texts and numbers are. What the tool's schema lists is a choice, and free.
 */
export function unfoundedArgument(tool: Pick<ToolDefinition, 'effect' | 'arguments'>, given: Readonly<Record<string, unknown>>, input: GroundsInput): string | undefined {
  const grounds = groundsOf(input);
  const isStrict = tool.effect === 'write';
  const isFounded = (value: unknown): boolean => {
    if (typeof value === 'number') return (!isStrict && Math.abs(value) < LEAST_ID) || grounds.holdsNumber(value);
    if (typeof value !== 'string') return true;
    const plain = compact(value);
    return plain === '' || (!isStrict && !/\d/u.test(plain)) || grounds.holdsText(value);
  };
  const search = (value: unknown, schema: unknown, path: string): string | undefined => {
    if (isRecord(schema) && ('enum' in schema || 'const' in schema)) return undefined;
    if (typeof value !== 'object' || value === null) return isFounded(value) ? undefined : path;
    for (const [name, one] of Object.entries(value)) {
      const found = search(one, Array.isArray(value) ? itemsOf(schema) : propertyOf(schema, name), `${path}/${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(given, tool.arguments, '');
}

const itemsOf = (schema: unknown): unknown => (isRecord(schema) ? schema['items'] : undefined);

function propertyOf(schema: unknown, name: string): unknown {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  return isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
