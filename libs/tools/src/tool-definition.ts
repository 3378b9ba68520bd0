import type { NetworkReach } from '@switchyard/config';

// What the callers need of a tool; the site's own definitions (`libs/site`), which say more, fit.

interface CallableTool {
  readonly name: string;
  /** `write`: a call carries a key, and is never repeated here. */
  readonly effect: 'read' | 'write';
  readonly network: Exclude<NetworkReach, 'site'>;
  /** Values may name `${NAME}`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON Schema of the arguments. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** JSON Schema that the result must fit. */
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly timeoutMs: number;
}

export interface HttpToolDefinition extends CallableTool {
  readonly kind: 'http';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `${NAME}` is taken from the environment, `{argument}` from the arguments. */
  readonly url: string;
  readonly argumentsIn?: Readonly<Record<string, 'query' | 'header' | 'body'>> | undefined;
  /** HTTP status -> the error's name. */
  readonly errors: Readonly<Record<string, string>>;
}

export interface McpToolDefinition extends CallableTool {
  readonly kind: 'mcp';
  readonly server: string;
  /** The tool's name on the server; absent: the same as here. */
  readonly tool?: string | undefined;
}

export type ToolDefinition = HttpToolDefinition | McpToolDefinition;
