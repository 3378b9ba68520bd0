import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { ServedCall } from '@switchyard/testing';
import { json, statusOf, type Front } from './serve/front.ts';
import { ollamaFront } from './serve/ollama-front.ts';
import { openAiFront } from './serve/openai-front.ts';
import { openTinyEngine, type TinyEngine, type TinyEngineOptions } from './tiny-engine.ts';

/** An engine behind the HTTP interfaces of Ollama (`/api`) and of OpenAI (`/v1`), on one port. */
export interface EngineServer {
  readonly url: string;
  readonly engine: TinyEngine;
  /** Chats that were begun, in their order. */
  readonly calls: readonly ServedCall[];
  /** That clients have opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Serves the tiny engine on a free port. @throws what keeps the engine from loading */
export async function startEngineServer(options: TinyEngineOptions = {}): Promise<EngineServer> {
  const engine = await openTinyEngine(options);
  const calls: ServedCall[] = [];
  const [ollama, openAi] = [ollamaFront({ engine, calls }), openAiFront({ engine, calls })];
  const frontOf = (request: IncomingMessage): Front => (request.url?.startsWith('/v1/') ? openAi : ollama);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const written = request.method === 'POST' ? await readText(request) : '';
    const body: unknown = written === '' ? undefined : JSON.parse(written);
    if (!(await frontOf(request).answer(`${request.method} ${request.url}`, body, response))) json(response, 404, { error: 'not found' });
  };

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.destroyed) frontOf(request).fail(...statusOf(error), response);
    });
  });
  let connections = 0;
  http.on('connection', () => connections++);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    engine,
    calls,
    get connections() {
      return connections;
    },
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await engine.dispose();
    },
  };
}
