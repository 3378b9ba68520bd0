import { z } from 'zod';
import { Name, Text } from './common.js';

const HttpTool = z.strictObject({
  name: Name,
  description: Text,
  kind: z.literal('http').default('http'),
  effect: z.enum(['read', 'write']),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** `${NAME}` is taken from the environment, `{argument}` from the arguments (URL-encoded). */
  url: z.string().min(1),
  /** Header values may name `${NAME}`: secrets are given by reference only. */
  headers: z.record(z.string(), z.string()).default({}),
  /** JSON Schema of the arguments; those that the URL does not use go into the query (GET, DELETE) or the JSON body. */
  arguments: z.record(z.string(), z.unknown()),
  /** JSON Schema that the result must fit. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** HTTP status -> the error's name in flows. */
  errors: z.record(z.string().regex(/^[45]\d\d$/), Name).default({}),
  /** Intents that may call it; absent: only flows. */
  intents: z.array(Name).default([]),
  timeoutMs: z.int().min(50).max(60_000).default(3_000),
});
export type ToolDefinition = z.infer<typeof HttpTool>;

export const ToolFile = z.union([HttpTool.transform((one) => [one]), z.array(HttpTool).min(1)]);
