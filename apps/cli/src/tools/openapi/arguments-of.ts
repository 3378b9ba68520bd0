import { convertSchema, type ConvertOptions } from './convert-schema.js';
import { below, isPart, listOf, NotTaken, partOf, resolve, textOf, type Part } from './document.js';

/** What a call is given, and where it goes. */
export interface ToolArguments {
  readonly schema: Record<string, unknown>;
  readonly argumentsIn: Readonly<Record<string, 'query' | 'header' | 'body'>>;
  /** Those that the path names. */
  readonly inPath: ReadonlySet<string>;
}

type Place = 'path' | 'query' | 'header' | 'body' | 'field';

interface Argument {
  readonly name: string;
  readonly place: Place;
  readonly schema: Record<string, unknown>;
  readonly isRequired: boolean;
}

/** The specification says that these are no parameters. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);
const SINGLE: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean']);
const HAS_QUERY_ONLY: ReadonlySet<string> = new Set(['get', 'head', 'delete']);

/** Whether every value of the schema is one text, number or truth value, as a URL or a header can hold. */
function isSingle(schema: Part): boolean {
  const types = [schema['type']].flat();
  if (types.every((type) => type === undefined)) return [...listOf(schema['enum']), schema['const']].some((value) => value !== undefined && typeof value !== 'object') || [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].some((one) => isSingle(partOf(one)));
  return types.every((type) => SINGLE.has(type) || type === 'null');
}

/**
 * The arguments of an operation: its parameters and its JSON body. An optional parameter that cannot be sent is left out.
 * @throws NotTaken where a required one, or the body, cannot be sent
 */
export function argumentsOf(method: string, operation: Part, pointer: string, pathItem: Part, pathPointer: string, options: ConvertOptions): ToolArguments {
  const { document, onLeftOut } = options;
  const found = new Map<string, Argument>();
  const parameters = new Map<string, { readonly part: Part; readonly pointer: string }>();
  for (const [owner, at] of [[pathItem, pathPointer], [operation, pointer]] as const) {
    for (const [index, one] of listOf(owner['parameters']).entries()) {
      const resolved = resolve(document, one, below(at, 'parameters', index));
      // The operation's own goes before that of its path.
      parameters.set(`${String(resolved.part['in'])} ${String(resolved.part['name'])}`, resolved);
    }
  }
  for (const { part, pointer: at } of parameters.values()) {
    const isRequired = part['required'] === true || part['in'] === 'path';
    if (part['in'] === 'header' && NOT_PARAMETERS.has(String(part['name']).toLowerCase())) continue;
    try {
      add(found, { ...parameterOf(part, at, options), isRequired }, at);
    } catch (error) {
      if (!(error instanceof NotTaken) || isRequired) throw error;
      onLeftOut(error.pointer, `${error.message}: the parameter is left out`);
    }
  }
  for (const argument of bodyOf(method, operation, pointer, [...found.keys()], options)) add(found, argument, below(pointer, 'requestBody'));

  const all = [...found.values()];
  const usual = HAS_QUERY_ONLY.has(method) ? 'query' : 'field';
  const required = all.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(all.map(({ name, schema }) => [name, schema])),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    },
    // A list in the query is repeated only where its place is stated.
    argumentsIn: Object.fromEntries(all.flatMap(({ name, place, schema }) => (place === 'path' || place === 'field' || (place === usual && isSingle(schema)) ? [] : [[name, place]]))),
    inPath: new Set(all.filter(({ place }) => place === 'path').map(({ name }) => name)),
  };
}

function add(found: Map<string, Argument>, argument: Argument, pointer: string): void {
  if (found.has(argument.name)) throw new NotTaken(pointer, `has two values of the name ${argument.name}, in different places`);
  found.set(argument.name, argument);
}

function parameterOf(part: Part, pointer: string, options: ConvertOptions): Omit<Argument, 'isRequired'> {
  const name = textOf(part['name']);
  if (name === undefined) throw new NotTaken(pointer, 'has no name');
  const place = part['in'];
  if (place !== 'path' && place !== 'query' && place !== 'header') throw new NotTaken(pointer, `goes into ${place === 'cookie' ? 'a cookie' : 'an unknown place'}`);
  if (part['content'] !== undefined) throw new NotTaken(below(pointer, 'content'), 'is written in a media type of its own');
  if (place === 'path' && !/^[\w.-]+$/u.test(name)) throw new NotTaken(below(pointer, 'name'), 'has a name that cannot stand in a URL');
  if (place === 'header' && !/^[\w-]+$/u.test(name)) throw new NotTaken(below(pointer, 'name'), 'is no name of a header');
  const described = isPart(part['schema']) && part['schema']['description'] === undefined && textOf(part['description']) !== undefined ? { ...part['schema'], description: part['description'] } : part['schema'];
  const schema = convertSchema(described, below(pointer, 'schema'), options);
  const usual = place === 'query' ? 'form' : 'simple';
  if ((part['style'] ?? usual) !== usual) throw new NotTaken(below(pointer, 'style'), `is written in the style ${String(part['style'])}`);
  if (isSingle(schema)) return { name, place, schema };
  const isList = place === 'query' && schema['type'] === 'array' && isSingle(partOf(schema['items'])) && part['explode'] !== false;
  if (!isList) throw new NotTaken(below(pointer, 'schema'), 'is no single value, nor a list that is repeated in the query');
  return { name, place, schema };
}

/** Fields of the JSON body as arguments of their own; a body that is no plain object is one argument, `body`. */
function bodyOf(method: string, operation: Part, pointer: string, taken: readonly string[], options: ConvertOptions): Argument[] {
  if (operation['requestBody'] === undefined) return [];
  const { part, pointer: at } = resolve(options.document, operation['requestBody'], below(pointer, 'requestBody'));
  const isRequired = part['required'] === true;
  const content = Object.entries(partOf(part['content']));
  const json = content.find(([type]) => isJson(type));
  if (method === 'get' || method === 'head' || !json) {
    const reason = json ? `has a body, which ${method.toUpperCase()} does not send` : `takes ${content.map(([type]) => type).join(', ') || 'nothing that is named'} and no JSON`;
    if (isRequired) throw new NotTaken(at, reason);
    options.onLeftOut(at, `${reason}: the body is left out`);
    return [];
  }
  const schema = convertSchema(partOf(json[1])['schema'], below(at, 'content', json[0], 'schema'), options);
  const properties = Object.entries(partOf(schema['properties']));
  const isObject = (schema['type'] === 'object' || schema['type'] === undefined) && properties.length > 0 && !['allOf', 'anyOf', 'oneOf', 'not', 'minProperties', 'maxProperties'].some((key) => key in schema) && !isPart(schema['additionalProperties']);
  if (!isObject || HAS_QUERY_ONLY.has(method) || properties.some(([name]) => taken.includes(name))) return [{ name: 'body', place: 'body', schema, isRequired }];
  const required = listOf(schema['required']);
  return properties.map(([name, one]) => ({ name, place: 'field', schema: partOf(one), isRequired: isRequired && required.includes(name) }));
}

/** `application/json`, `application/problem+json; charset=utf-8` and the like. */
export const isJson = (type: string): boolean => /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/iu.test(type);
