import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Action } from './order-actions.js';
import { answer } from './routes.js';
import { ShopError } from './shop-error.js';

const MAX_BODY_BYTES = 16_384;

/** @throws ShopError body_invalid where the body is too large or no JSON */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new ShopError('body_invalid', `the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new ShopError('body_invalid', 'the body is no JSON');
  }
}

async function answerTo(database: DatabaseSync, request: IncomingMessage): Promise<Action> {
  try {
    const body = await readBody(request);
    const key = request.headers['idempotency-key'];
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    return answer(database, { method: request.method ?? 'GET', path, body, idempotencyKey: typeof key === 'string' && key !== '' ? key : undefined });
  } catch (error) {
    if (error instanceof ShopError) return { status: error.status, body: { error: error.code, detail: error.message } };
    process.stderr.write(`${JSON.stringify({ event: 'failed', error: error instanceof Error ? error.name : typeof error })}\n`);
    return { status: 500, body: { error: 'internal', detail: 'the request could not be handled' } };
  }
}

function send(response: ServerResponse, { status, body }: Action): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The shop over HTTP; it does not listen yet. */
export function createShopServer(database: DatabaseSync): Server {
  return createServer((request, response) => {
    void answerTo(database, request).then((action) => send(response, action));
  });
}

/** Resolves with the base URL once the server listens; port 0 takes a free one. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Takes no new requests, lets the running ones end, and resolves when the last connection is closed. */
export async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}
