import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createMcpHandler, McpServer, type McpHttpHandler } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { IDEMPOTENCY_META } from '../call-mcp-tool.js';

export interface McpShop {
  readonly url: string;
  /** Keys of the parcels that were held, one for each call. */
  readonly keys: unknown[];
  /** HTTP requests that came, with their authorization. */
  readonly authorizations: (string | undefined)[];
  stop(): Promise<void>;
}

/** A shop's backend behind the official MCP server. `answer`: what HTTP answers instead, for a while; `slowMs`: how long the tool `slow` takes. */
export async function startMcpShop({ port = 0, answer, slowMs = 0 }: { readonly port?: number; readonly answer?: () => number | undefined; readonly slowMs?: number } = {}): Promise<McpShop> {
  const keys: unknown[] = [];
  const authorizations: (string | undefined)[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'shop', version: '1' });
    server.registerTool('track', { inputSchema: z.object({ parcel: z.string() }), outputSchema: z.object({ place: z.string() }) }, ({ parcel }) => {
      if (parcel === 'LOST') return { isError: true, content: [{ type: 'text', text: 'no such parcel' }] };
      return { structuredContent: { place: `depot of ${parcel}` }, content: [] };
    });
    server.registerTool('describe', { inputSchema: z.object({}) }, () => ({ content: [{ type: 'text', text: '{"place":"as text"}' }] }));
    server.registerTool('slow', { inputSchema: z.object({}) }, () => delay(slowMs, { structuredContent: { place: 'at last' }, content: [] }));
    server.registerTool('wait', { inputSchema: z.object({}) }, () => new Promise(() => undefined));
    server.registerTool('hold', { inputSchema: z.object({ parcel: z.string() }) }, (_arguments, { mcpReq: { _meta: meta } }) => {
      keys.push(meta?.[IDEMPOTENCY_META]);
      return { structuredContent: { place: 'held' }, content: [] };
    });
    return server;
  });
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const status = answer?.();
    if (status === undefined) void pass(handler, request, response);
    else response.writeHead(status).end();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    keys,
    authorizations,
    stop: async () => {
      server.closeAllConnections();
      await handler.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(handler: McpHttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answered = await handler.fetch(toRequest(request));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body) Readable.fromWeb(answered.body).on('error', () => response.destroy()).pipe(response);
  else response.end();
}

function toRequest(request: IncomingMessage): Request {
  const abort = new AbortController();
  request.once('close', () => request.complete || abort.abort());
  const hasBody = request.method === 'POST';
  return new Request(`http://127.0.0.1${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: request.headers as Record<string, string>,
    signal: abort.signal,
    ...(hasBody ? { body: Readable.toWeb(request) as NonNullable<RequestInit['body']>, duplex: 'half' } : {}),
  });
}
