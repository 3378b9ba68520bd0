import { MeshError } from '@switchyard/errors';
import type { z } from 'zod';

/** Path of a field as clients write it: `messages[0].content`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`), '');
}

/** The deepest issue of a union is the one that tells what to change; a union's own says only that nothing fitted. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string; code: string; maximum?: unknown } {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { ...issue, path: [...issue.path] };
  const candidates = issue.errors.flatMap((errors) => errors.slice(0, 1).map(deepest));
  const best = candidates.reduce<ReturnType<typeof deepest> | undefined>((one, other) => (one === undefined || other.path.length > one.path.length ? other : one), undefined);
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : { ...issue, path: [...issue.path], message: 'has the wrong type' };
}

/** Names of fields are the client's own words, too: a long one is cut. */
const LONGEST_FIELD = 64;

/** Where a schema takes no unknown field, that field is what is wrong, and not the object around it. */
function unknownField(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } | undefined {
  return issue.code === 'unrecognized_keys' ? { path: [...issue.path, (issue.keys[0] ?? '').slice(0, LONGEST_FIELD)], message: 'is no field of this body' } : undefined;
}

/**
 * What a client sent, by its schema. Unknown fields are ignored, as the ecosystem does, where the schema is not strict.
 * @throws MeshError REQUEST_INVALID naming the field and never its value
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, prefix: readonly PropertyKey[] = []): z.infer<Schema> {
  const result = schema.safeParse(input, { reportInput: false });
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const issue = first ? (unknownField(first) ?? deepest(first)) : { path: [], message: 'is not valid' };
  const field = fieldName([...prefix, ...issue.path]);
  throw new MeshError('REQUEST_INVALID', `${field === '' ? 'the body' : field}: ${issue.message}`, field === '' ? {} : { field });
}
