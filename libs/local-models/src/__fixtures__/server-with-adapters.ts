import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ollamaWire, openAiWire } from './scripted-server.js';

/** What a kind of server tells of a model `base` and of what it has beside it, as its sources and documents have it. */
export interface ServerWithAdapters {
  readonly url: string;
  /** Bodies of the chat calls. */
  readonly chats: Readonly<Record<string, unknown>>[];
  /** GET and POST paths but the chat's, and what they answer with; a test may change them. */
  readonly answers: Map<string, unknown>;
  stop(): Promise<void>;
}

const LAST = { pieces: [], finish: 'stop', tokensIn: 1, tokensOut: 1 } as const;
const CHATS = new Map([
  ['/api/chat', [ollamaWire.contentType, ollamaWire.piece('ok') + ollamaWire.last(LAST)]],
  ['/v1/chat/completions', [openAiWire.contentType, openAiWire.piece('ok') + openAiWire.last(LAST)]],
] as const);

/** A model server of which a test says what it has. */
export async function startServerWithAdapters(answers: Readonly<Record<string, unknown>>): Promise<ServerWithAdapters> {
  const chats: ServerWithAdapters['chats'] = [];
  const told = new Map(Object.entries(answers));
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      const chat = CHATS.get(path as '/api/chat');
      if (chat) {
        chats.push(JSON.parse(body) as Record<string, unknown>);
        response.writeHead(200, { 'content-type': chat[0] }).end(chat[1]);
        return;
      }
      const answer = told.get(path);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chats,
    answers: told,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
