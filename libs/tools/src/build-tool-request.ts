import { requireReachable } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import type { HttpToolDefinition, ToolDefinition } from './tool-definition.js';

export type ToolArguments = Readonly<Record<string, unknown>>;
/** The environment variables that tools name, by name. */
export type ToolEnvironment = Readonly<Record<string, string>>;

export interface ToolRequest {
  readonly url: string;
  readonly method: HttpToolDefinition['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const VARIABLE_OR_ARGUMENT = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\{([A-Za-z0-9_.-]+)\}/g;

const addressOf = (tool: ToolDefinition): string => (tool.kind === 'mcp' ? tool.server : tool.url);

/** The environment variables that a tool's URL and headers name. */
export function variablesOf(tool: ToolDefinition): string[] {
  return [addressOf(tool), ...Object.values(tool.headers)].flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1] ?? ''));
}

function fromEnvironment(tool: ToolDefinition, name: string, environment: ToolEnvironment): string {
  const value = environment[name];
  if (value === undefined) throw new MeshError('CONFIG_INVALID', `the tool ${tool.name} needs the environment variable ${name}`, { field: name });
  return value;
}

/** A text of the tool with the environment's values in it. @throws MeshError CONFIG_INVALID where one is not set */
export function fillFromEnvironment(tool: ToolDefinition, text: string, environment: ToolEnvironment): string {
  return text.replaceAll(VARIABLE, (_match, name: string) => fromEnvironment(tool, name, environment));
}

/** The tool's own headers, in lower case, with the environment's values. @throws MeshError CONFIG_INVALID where one is not set */
export function headersOf(tool: ToolDefinition, environment: ToolEnvironment): Record<string, string> {
  return Object.fromEntries(Object.entries(tool.headers).map(([name, value]) => [name.toLowerCase(), fillFromEnvironment(tool, value, environment)]));
}

/**
 * Looks whether a tool leads where it may, as far as its address says so by itself: a name is looked up at each call.
 * @throws MeshError CONFIG_INVALID for what is no URL, or leads to an address that the tool may not reach
 */
export function requireSoundAddress(tool: ToolDefinition, environment: ToolEnvironment): void {
  const filled = addressOf(tool).replaceAll(VARIABLE_OR_ARGUMENT, (_match, variable: string | undefined) => (variable === undefined ? 'x' : fromEnvironment(tool, variable, environment).replace(/\/+$/, '')));
  if (!URL.canParse(filled) || !/^https?:$/.test(new URL(filled).protocol)) throw new MeshError('CONFIG_INVALID', `the URL of the tool ${tool.name} is not one once its variables are filled in`);
  try {
    requireReachable(tool.network, filled);
  } catch (error) {
    const hint = tool.network === 'public' ? '; where that is meant, say "network: private" in its definition' : '';
    throw new MeshError('CONFIG_INVALID', `the tool ${tool.name}: ${error instanceof Error ? error.message : 'may not be reached'}${hint}`, { cause: error, field: `tools/${tool.name}` });
  }
}

/**
 * A value for the URL. An empty one would turn `/orders/{id}` into the list of all orders, and a dot segment would
 * climb out of the path even when it is encoded, so both are refused.
 */
function forUrl(tool: ToolDefinition, name: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  if (text === '' || /^\.{1,2}$/.test(text)) throw new MeshError('TOOL_ARGUMENTS_INVALID', `${tool.name}: the argument ${name} cannot stand in a URL`, { field: name });
  return encodeURIComponent(text);
}

/** A value for a header of the request. @throws MeshError TOOL_ARGUMENTS_INVALID for what would end the header, or is no single value */
function forHeader(tool: ToolDefinition, name: string, value: unknown): string {
  const isSingle = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  // oxlint-disable-next-line no-control-regex -- those are what is sought
  if (!isSingle || !/^[\x20-\x7e]*$/.test(String(value))) throw new MeshError('TOOL_ARGUMENTS_INVALID', `${tool.name}: the argument ${name} cannot stand in a header`, { field: name });
  return String(value);
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Where an argument goes that the URL does not name. */
const usualPlace = ({ method }: HttpToolDefinition): 'query' | 'field' => (method === 'GET' || method === 'HEAD' || method === 'DELETE' ? 'query' : 'field');

/**
 * The HTTP request of a call whose arguments fit the schema. Arguments that the URL does not name go where `argumentsIn` says, else
 * into the query (GET, HEAD, DELETE) or the JSON body. `idempotencyKey` is sent with tools that have an effect.
 * @throws MeshError CONFIG_INVALID or TOOL_ARGUMENTS_INVALID
 */
export function buildToolRequest(tool: HttpToolDefinition, given: ToolArguments, environment: ToolEnvironment, idempotencyKey: string): ToolRequest {
  const used = new Set<string>();
  const filled = tool.url.replaceAll(VARIABLE_OR_ARGUMENT, (_match, variable: string | undefined, argument: string | undefined) => {
    if (variable !== undefined) return fromEnvironment(tool, variable, environment).replace(/\/+$/, '');
    const name = argument ?? '';
    used.add(name);
    return forUrl(tool, name, given[name]);
  });
  if (!URL.canParse(filled)) throw new MeshError('CONFIG_INVALID', `the URL of the tool ${tool.name} is not one once its variables are filled in`);
  const url = new URL(filled);
  const asked: Record<string, string> = {};
  const fields: Record<string, unknown> = {};
  let whole: unknown;
  for (const [name, value] of Object.entries(given)) {
    if (used.has(name) || value === undefined) continue;
    const stated = tool.argumentsIn?.[name];
    const place = stated ?? usualPlace(tool);
    if (place === 'body') whole = value;
    else if (place === 'field') fields[name] = value;
    else if (value === null) continue;
    else if (place === 'header') asked[name.toLowerCase()] = forHeader(tool, name, value);
    else for (const one of stated === 'query' && Array.isArray(value) ? value : [value]) url.searchParams.append(name, asText(one));
  }
  // The tool's own headers last: no argument takes the place of a secret.
  const headers: Record<string, string> = { accept: 'application/json', ...asked, ...headersOf(tool, environment) };
  if (tool.effect === 'write') headers['idempotency-key'] = idempotencyKey;
  const isWhole = Object.values(tool.argumentsIn ?? {}).includes('body');
  const body = isWhole ? whole : usualPlace(tool) === 'field' ? fields : undefined;
  if (body === undefined) return { url: url.href, method: tool.method, headers };
  return { url: url.href, method: tool.method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
