import { z } from 'zod';
import { Name, Text } from './common.js';

/**
 * The words around an effect that the local model has asked for. Templates may name `{{arguments.x}}`, `{{request.language}}`
 * and, in `done`, `{{result.x}}`, with the filters of flows.
 */
const ToolConfirmation = z.strictObject({
  /** Asks the customer for a yes, with all that matters of the arguments. */
  question: Text,
  /** Said on a no. */
  declined: Text.default({ zh: '好的，没有办理。', en: 'All right, nothing was done.' }),
  /** Said when it is done. */
  done: Text,
});

/** What a tool has in common, whatever it is called by. */
const common = {
  name: Name,
  description: Text,
  effect: z.enum(['read', 'write']),
  /** `private`: may lead to this machine and to private networks. Link-local addresses, where clouds keep a machine's keys, are always refused. */
  network: z.enum(['public', 'private']).default('public'),
  /** Header values may name `${NAME}`: secrets are given by reference only. */
  headers: z.record(z.string(), z.string()).default({}),
  /** JSON Schema of the arguments. */
  arguments: z.record(z.string(), z.unknown()),
  /** JSON Schema that the result must fit. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** Intents for which models may choose it, those in clouds only where it reads; absent: only flows call it. */
  intents: z.array(Name).default([]),
  /** Tenants for whose customers models may choose it; absent: those of all tenants. */
  tenants: z.array(Name).min(1).optional(),
  /** `write`: what is asked, and said, where the local model has chosen it; absent: only flows call it. */
  confirm: ToolConfirmation.optional(),
  timeoutMs: z.int().min(50).max(60_000).default(3_000),
};

const HttpTool = z.strictObject({
  ...common,
  kind: z.literal('http').default('http'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** `${NAME}` is taken from the environment, `{argument}` from the arguments (URL-encoded); the others go into the query (GET, HEAD, DELETE) or the JSON body. */
  url: z.string().min(1),
  /** Arguments that go elsewhere than that. `query`: each of a list by itself; `header`: in the header of that name; `body`: it is the whole body. */
  argumentsIn: z.record(z.string(), z.enum(['query', 'header', 'body'])).optional(),
  /** HTTP status -> the error's name in flows. */
  errors: z.record(z.string().regex(/^[45]\d\d$/), Name).default({}),
});

/** A tool of an MCP server that speaks Streamable HTTP (https://modelcontextprotocol.io/specification). */
const McpTool = z.strictObject({
  ...common,
  kind: z.literal('mcp'),
  /** The server's endpoint; `${NAME}` is taken from the environment. */
  server: z.string().min(1),
  /** The tool's name on the server; absent: the same as here. */
  tool: z.string().min(1).optional(),
});

export type HttpToolDefinition = z.infer<typeof HttpTool>;
export type McpToolDefinition = z.infer<typeof McpTool>;
export type ToolDefinition = HttpToolDefinition | McpToolDefinition;

/** Told apart by `kind`, so that a fault is told of the kind that was meant; none means `http`. */
const Tool = z.preprocess(
  (given) => (typeof given === 'object' && given !== null && !Array.isArray(given) && !('kind' in given) ? { ...given, kind: 'http' } : given),
  z.discriminatedUnion('kind', [HttpTool.extend({ kind: z.literal('http') }), McpTool]),
);

export const ToolFile = z.union([z.array(Tool).min(1), Tool.transform((one) => [one])]);
