import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface Operation {
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
  readonly query: Readonly<Record<string, object>>;
  readonly request?: object;
  readonly response: object;
}
interface ApiDocument {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly error: object;
  readonly $defs: Readonly<Record<string, object>>;
}

export interface FoundOperation {
  readonly id: string;
  readonly path: Readonly<Record<string, string>>;
}

/** Qdrant's API document, as checks of requests and answers. */
export function readApiDocument() {
  const document = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as ApiDocument;
  const ajv = new Ajv({ strict: false, allErrors: false });
  addFormats.default(ajv);
  const parts = Object.entries(document.operations).flatMap(([id, { request, response, query }]) => [
    [`${id} request`, request ?? { type: 'null' }],
    [`${id} response`, response],
    [`${id} query`, { type: 'object', properties: query, additionalProperties: false }],
  ]);
  ajv.addSchema({ $id: 'qdrant', $defs: { ...document.$defs, ...Object.fromEntries(parts) as Record<string, object>, error: document.error } });
  const compiled = new Map<string, ValidateFunction>();
  const check = (part: string, value: unknown): string | undefined => {
    let validate = compiled.get(part);
    if (!validate) compiled.set(part, (validate = ajv.compile({ $ref: `qdrant#/$defs/${encodeURIComponent(part)}` })));
    return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: part });
  };
  return {
    find(method: string, path: string): FoundOperation | undefined {
      for (const [id, operation] of Object.entries(document.operations)) {
        const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
        const found = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path);
        if (found && operation.method === method) return { id, path: Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)])) };
      }
      return undefined;
    },
    /** What is wrong with the body of a request; undefined where nothing is. */
    request: (id: string, body: unknown): string | undefined => check(`${id} request`, body ?? null),
    response: (id: string, body: unknown): string | undefined => check(`${id} response`, body),
    error: (body: unknown): string | undefined => check('error', body),
    /** Values of a query string are text; those of numbers and truth values are read as such. */
    query(id: string, query: URLSearchParams): string | undefined {
      const read = (value: string): unknown => (value === 'true' ? true : value === 'false' ? false : /^\d+$/.test(value) ? Number(value) : value);
      return check(`${id} query`, Object.fromEntries([...query].map(([name, value]) => [name, read(value)])));
    },
  };
}
