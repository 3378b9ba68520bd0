import { Client, ProtocolError, SdkError, SdkErrorCode, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { fillFromEnvironment, headersOf, type ToolEnvironment } from './build-tool-request.js';
import { failureOf } from './call-http-tool.js';
import type { ToolSchemas } from './check-against-schema.js';
import type { GuardedFetch } from './guarded-fetch.js';
import type { McpToolDefinition, ToolDefinition } from './tool-definition.js';
import { failed, inTrouble, MAX_RESULT_CHARACTERS, type Sent } from './tool-result.js';

/** Where a call that has an effect carries its key: a server that honours it has one effect, however often it is called. */
export const IDEMPOTENCY_META = 'switchyard/idempotencyKey';

/** Connections to MCP servers: one for each server, made at the first call and made anew when it has broken. */
export class McpServers {
  private readonly connected = new Map<string, Promise<Client>>();

  constructor(
    private readonly fetches: Readonly<Record<ToolDefinition['network'], GuardedFetch>>,
    private readonly environment: ToolEnvironment,
  ) {}

  /** One call. Rejects with the signal's reason only. */
  async call(tool: McpToolDefinition, schemas: ToolSchemas, given: Record<string, unknown>, idempotencyKey: string | undefined, signal: AbortSignal): Promise<Sent> {
    const timeout = AbortSignal.timeout(tool.timeoutMs);
    const either = AbortSignal.any([signal, timeout]);
    const connection = this.connect(tool);
    try {
      const client = await abortable(connection, either);
      const result = await client.callTool(
        { name: tool.tool ?? tool.name, arguments: given, ...(idempotencyKey === undefined ? {} : { _meta: { [IDEMPOTENCY_META]: idempotencyKey } }) },
        { signal: either, timeout: tool.timeoutMs },
      );
      return result.isError === true ? failed('rejected', 'the tool reported an error') : readResult(schemas, result);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return this.told(tool, connection, error, timeout);
    }
  }

  private connect(tool: McpToolDefinition): Promise<Client> {
    const key = serverOf(tool);
    const known = this.connected.get(key);
    if (known) return known;
    const made = this.open(tool).catch((error: unknown) => {
      this.connected.delete(key);
      throw error;
    });
    this.connected.set(key, made);
    // Whoever began it may be gone when it fails.
    made.catch(() => undefined);
    return made;
  }

  private async open(tool: McpToolDefinition): Promise<Client> {
    const client = new Client({ name: 'switchyard', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const fetch = this.fetches[tool.network];
    const transport = new StreamableHTTPClientTransport(new URL(fillFromEnvironment(tool, tool.server, this.environment)), {
      requestInit: { headers: headersOf(tool, this.environment) },
      fetch: (url, init) => fetch(String(url), init as Parameters<GuardedFetch>[1]),
    });
    await client.connect(transport, { timeout: tool.timeoutMs });
    return client;
  }

  /** A call that ends says nothing of the others on its connection; only where that is lost does the next one begin anew. */
  private told(tool: McpToolDefinition, connection: Promise<Client>, error: unknown, timeout: AbortSignal): Sent {
    if (error instanceof ProtocolError) return failed('rejected', `mcp ${error.code}`);
    if (timeout.aborted || (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout)) return inTrouble('timeout');
    if (error instanceof SdkHttpError && error.status !== 404) return error.status >= 500 || error.status === 429 ? inTrouble(undefined, error.status) : failed('rejected', undefined, error.status);
    this.drop(tool, connection);
    // The server has forgotten the session: a new connection has a new one.
    if (error instanceof SdkHttpError) return inTrouble('session gone');
    return failureOf(error instanceof SdkError && error.cause instanceof Error ? error.cause : error, timeout);
  }

  /** Unless another call has connected anew already. */
  private drop(tool: McpToolDefinition, connection: Promise<Client>): void {
    if (this.connected.get(serverOf(tool)) === connection) this.connected.delete(serverOf(tool));
    connection.then((client) => client.close()).catch(() => undefined);
  }
}

/** Tools of one server that send the same headers share a connection. */
const serverOf = ({ server, headers, network }: McpToolDefinition): string => JSON.stringify([server, headers, network]);

/** What a server gives as data; else its text, read as JSON where it is some. */
function readResult(schemas: ToolSchemas, { structuredContent, content }: { readonly structuredContent?: unknown; readonly content?: readonly { readonly type: string; readonly text?: unknown }[] }): Sent {
  const text = (content ?? []).flatMap((one) => (one.type === 'text' && typeof one.text === 'string' ? [one.text] : [])).join('\n');
  if (text.length > MAX_RESULT_CHARACTERS) return failed('unavailable', 'result too large');
  const value = structuredContent ?? asJson(text);
  const problem = schemas.problemOfResult(value);
  return problem === undefined ? { outcome: { ok: true, value } } : failed('unavailable', `result: ${problem}`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A connection is shared, so that one caller's end must not be the others'. */
function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
