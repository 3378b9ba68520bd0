import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { SiteProblem } from '../site.js';
import { decodeText } from './decode-text.js';
import { didYouMean } from './nearest-name.js';

/** The line of the deepest part of `path` that the file holds, counted from 1. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 0;
}

/** The issue that helps: of a union, that of the alternative which got furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flat().map((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] }));
  const unknownKeys = candidates.filter((one) => one.code === 'unrecognized_keys');
  const pool = candidates.filter((one) => one.path.length > issue.path.length);
  return (pool.length > 0 ? pool : unknownKeys.length > 0 ? unknownKeys : candidates).reduce((best, one) => (one.path.length > best.path.length ? one : best), issue);
}

/**
 * The keys that stand in a schema where an unknown one was found, by the `keys` of the issue: the issue itself no longer
 * knows its schema when the parse is over.
 */
function collectKnownKeys(): { readonly error: z.core.$ZodErrorMap; readonly knownFor: (keys: readonly string[]) => readonly string[] } {
  const known = new WeakMap<readonly string[], readonly string[]>();
  return {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) known.set(issue.keys, Object.keys(issue.inst.shape));
      return undefined;
    },
    knownFor: (keys) => known.get(keys) ?? [],
  };
}

/**
 * Reads one YAML file by its schema. What `values` holds of it is taken instead, where it fits; else the file is read, and
 * its value added. Problems carry the line, the path to the field, what is wrong with it, and the
 * key that was most likely meant.
 * @returns the value, or undefined where the file added problems
 */
export function parseYamlFile<Schema extends z.ZodType>(file: string, content: Uint8Array, schema: Schema, problems: SiteProblem[], values: Map<string, unknown>): z.infer<Schema> | undefined {
  const known = values.has(file) ? schema.safeParse(values.get(file)) : undefined;
  if (known?.success) return known.data;
  const text = decodeText(file, content, problems);
  if (text === undefined) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: 'core' });
  if (document.errors.length > 0) {
    for (const error of document.errors) problems.push({ file, line: error.linePos?.[0].line ?? 0, reason: error.message.split('\n')[0] ?? 'is not YAML' });
    return undefined;
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  values.set(file, value);
  const { error, knownFor } = collectKnownKeys();
  const result = schema.safeParse(value, { error });
  if (result.success) return result.data;
  for (const raw of result.error.issues) {
    const issue = deepest(raw);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    for (const key of keys.length > 0 ? keys : [undefined]) {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const at = path.map(String).join('.');
      problems.push({ file, line: lineOf(document, lines, path), reason: key === undefined ? `${at === '' ? 'the file' : at}: ${issue.message}` : `${at}: is not a known key${didYouMean(key, knownFor(keys))}` });
    }
  }
  return undefined;
}
