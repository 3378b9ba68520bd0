import { findInstructions } from '@switchyard/guardrail';
import { problemOfSchemas } from '../problem-of-schemas.js';
import { argumentsOf, isJson } from './arguments-of.js';
import { convertSchema } from './convert-schema.js';
import { below, isPart, NotTaken, partOf, resolve, textOf, type Part } from './document.js';
import { securityOf } from './security-of.js';
import { serverOf } from './server-of.js';

/** A tool as a site's file holds it. */
export type ImportedTool = Readonly<Record<string, unknown>> & { readonly name: string };

/** What was not taken over, and where it stands. */
export interface ImportProblem {
  readonly pointer: string;
  readonly reason: string;
}

export interface Imported {
  readonly title: string;
  readonly tools: readonly ImportedTool[];
  /** Environment variables that the tools name. */
  readonly variables: readonly string[];
  readonly problems: readonly ImportProblem[];
}

export interface ImportOptions {
  readonly source: URL | undefined;
  /** Names of operations, or of the tools made of those without one; absent: all. */
  readonly only?: readonly string[] | undefined;
  readonly isPrivate: boolean;
  /** Names that the site has already. */
  readonly taken: ReadonlySet<string>;
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const;
type Method = (typeof METHODS)[number];
/** Errors that say something of the request; the others say that the tool is set up wrongly, or that the backend is in trouble. */
const ERRORS: Readonly<Record<string, string>> = { '400': 'bad_request', '404': 'not_found', '409': 'conflict', '410': 'gone', '412': 'precondition_failed', '422': 'invalid' };
const LONGEST_DESCRIPTION = 200;
const LONGEST_NAME = 64;

const nameOf = (method: Method, path: string, operation: Part): string =>
  (textOf(operation['operationId']) ?? `${method}${path}`).replace(/[^A-Za-z0-9_.-]+/gu, '_').replace(/^[^A-Za-z0-9]+|[_.-]+$/gu, '').slice(0, LONGEST_NAME);

/**
 * Tools for the operations of an OpenAPI document. What cannot be taken over is named, and the rest goes on.
 * @throws NotTaken where the whole is no document of OpenAPI 3.0 or 3.1
 */
export function importOperations(document: unknown, options: ImportOptions): Imported {
  if (!isPart(document)) throw new NotTaken('#', 'is no object');
  const version = document['openapi'];
  if (typeof version !== 'string' || !/^3\.[01]\./u.test(version)) throw new NotTaken(version === undefined ? '#' : '#/openapi', document['swagger'] === undefined ? 'is no OpenAPI 3.0 or 3.1' : 'is Swagger 2.0: convert it to OpenAPI 3 first');
  const title = textOf(partOf(document['info'])['title']) ?? 'API';
  const problems: ImportProblem[] = [];
  const tools: ImportedTool[] = [];
  const variables = new Set<string>();
  const names = new Set(options.taken);
  const wanted = options.only === undefined ? undefined : new Set(options.only);
  for (const [path, item] of Object.entries(partOf(document['paths']))) {
    const pathPointer = below('#/paths', path);
    for (const method of METHODS) {
      const pointer = below(pathPointer, method);
      try {
        const { part: pathItem } = resolve(document, item, pathPointer);
        const operation = pathItem[method];
        if (!isPart(operation)) continue;
        const name = nameOf(method, path, operation);
        if (wanted && !wanted.delete(textOf(operation['operationId']) ?? name)) continue;
        if (names.has(name)) throw new NotTaken(pointer, `there is a tool ${name} already`);
        const made = toolOf({ document, path, pathItem, pathPointer, method, operation, pointer, name, title, problems, options });
        names.add(name);
        tools.push(made.tool);
        for (const variable of made.variables) variables.add(variable);
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        problems.push({ pointer: error.pointer, reason: `${error.message}${error.pointer === pointer ? '' : ` (${method.toUpperCase()} ${path} is left out)`}` });
      }
    }
  }
  for (const name of wanted ?? []) problems.push({ pointer: '#/paths', reason: `there is no operation ${name}` });
  return { title, tools, variables: [...variables], problems };
}

interface OperationInput {
  readonly document: Part;
  readonly path: string;
  readonly pathItem: Part;
  readonly pathPointer: string;
  readonly method: Method;
  readonly operation: Part;
  readonly pointer: string;
  readonly name: string;
  readonly title: string;
  readonly problems: ImportProblem[];
  readonly options: ImportOptions;
}

function toolOf(input: OperationInput): { readonly tool: ImportedTool; readonly variables: readonly string[] } {
  const { document, path, pathItem, pathPointer, method, operation, pointer, name, title, problems, options } = input;
  if (name === '') throw new NotTaken(pointer, 'has no name that a tool could have');
  if (method === 'options' || method === 'trace') throw new NotTaken(pointer, `is ${method.toUpperCase()}, which tools do not call`);
  const onLeftOut = (at: string, reason: string): void => void problems.push({ pointer: at, reason });
  const given = argumentsOf(method, operation, pointer, pathItem, pathPointer, { document, side: 'arguments', onLeftOut });
  const server = serverOf(document, pathItem, pathPointer, operation, pointer, { ...options, title });
  const credentials = securityOf(document, operation, pointer, title);
  const isRead = method === 'get' || method === 'head';
  const description = describe(operation, `${method.toUpperCase()} ${path}`, pointer, onLeftOut);
  const { result, errors } = responsesOf(document, operation, pointer, onLeftOut);
  const tool: ImportedTool = {
    name,
    description: { zh: description, en: description },
    effect: isRead ? 'read' : 'write',
    ...(options.isPrivate ? { network: 'private' } : {}),
    method: method.toUpperCase(),
    url: `${server.url}${pathWith(path, given.inPath, pointer)}${credentials.query.length > 0 ? `?${credentials.query.join('&')}` : ''}`,
    ...(Object.keys(credentials.headers).length > 0 ? { headers: credentials.headers } : {}),
    arguments: given.schema,
    ...(Object.keys(given.argumentsIn).length > 0 ? { argumentsIn: given.argumentsIn } : {}),
    ...(result === undefined ? {} : { result }),
    ...(Object.keys(errors).length > 0 ? { errors } : {}),
  };
  const problem = problemOfSchemas({ arguments: given.schema, result });
  if (problem !== undefined) throw new NotTaken(pointer, problem);
  return { tool, variables: [...credentials.variables, ...(server.variable === undefined ? [] : [server.variable])] };
}

/** The path as a tool's URL has it: what stands in braces are arguments there too. */
function pathWith(path: string, inPath: ReadonlySet<string>, pointer: string): string {
  if (path.includes('$') || !path.startsWith('/') || /[?#\s]/u.test(path)) throw new NotTaken(pointer, 'has a path with a sign that a tool’s URL reads otherwise');
  const named = new Set([...path.matchAll(/\{([^{}]*)\}/gu)].map(([, name = '']) => name));
  for (const name of named) if (!inPath.has(name)) throw new NotTaken(pointer, `names {${name}} in its path, and has no such parameter`);
  for (const name of inPath) if (!named.has(name)) throw new NotTaken(pointer, `has the path parameter ${name}, which its path does not name`);
  return path;
}

/** One line of the document's own words; a model reads it. */
function describe(operation: Part, fallback: string, pointer: string, onLeftOut: (pointer: string, reason: string) => void): string {
  const key = textOf(operation['summary']) === undefined ? 'description' : 'summary';
  const text = textOf(operation[key])?.replace(/\s+/gu, ' ').trim().slice(0, LONGEST_DESCRIPTION);
  if (text === undefined) return fallback;
  if (findInstructions(text).length === 0) return text;
  onLeftOut(below(pointer, key), 'reads like an instruction to a model');
  return fallback;
}

function responsesOf(document: Part, operation: Part, pointer: string, onLeftOut: (pointer: string, reason: string) => void): { readonly result: Record<string, unknown> | undefined; readonly errors: Readonly<Record<string, string>> } {
  const responses = partOf(operation['responses']);
  const statuses = Object.keys(responses);
  const errors = Object.fromEntries(statuses.flatMap((status) => (ERRORS[status] === undefined ? [] : [[status, ERRORS[status]]])));
  const good = statuses.filter((status) => /^2(?:\d\d|XX)$/u.test(status)).toSorted();
  for (const status of good) {
    const { part, pointer: at } = resolve(document, responses[status], below(pointer, 'responses', status));
    const json = Object.entries(partOf(part['content'])).find(([type]) => isJson(type));
    if (json) return { result: convertSchema(partOf(json[1])['schema'], below(at, 'content', json[0], 'schema'), { document, side: 'result', onLeftOut }), errors };
    const types = Object.keys(partOf(part['content']));
    if (types.length > 0) throw new NotTaken(below(at, 'content'), `answers with ${types.join(', ')} and no JSON`);
  }
  return { result: undefined, errors };
}
