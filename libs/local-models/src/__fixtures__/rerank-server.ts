import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** What the two forms take; anything else is refused with 422, as the servers do. */
const Usual = z.strictObject({ model: z.string().min(1), query: z.string().min(1), documents: z.array(z.string().min(1)).min(1), top_n: z.int().min(1) });
const Plain = z.strictObject({ query: z.string().min(1), texts: z.array(z.string().min(1)).min(1).max(32 * 4), truncate: z.boolean().optional() });

export interface RerankServer {
  readonly url: string;
  readonly calls: { readonly path: string; readonly query: string; readonly documents: readonly string[] }[];
  /** How a document is scored. */
  scoreOf: (query: string, document: string) => number;
  /** Instead of scores: this status, nothing until the client goes away, or a body of another shape. */
  mood: 'well' | 'hanging' | 'garbled' | 'one short' | number;
  close(): Promise<void>;
}

/** A server with a cross-encoder that speaks one of the two forms strictly; best first, as they answer. */
export async function startRerankServer(form: 'usual' | 'plain'): Promise<RerankServer> {
  const http = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const body: unknown = JSON.parse(await text(request));
      const path = request.url ?? '';
      const json = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (path !== (form === 'usual' ? '/v1/rerank' : '/rerank')) return json(404, { detail: 'Not Found' });
      const parsed = form === 'usual' ? Usual.safeParse(body) : Plain.safeParse(body);
      if (!parsed.success) return json(422, { detail: parsed.error.message });
      const documents = 'documents' in parsed.data ? parsed.data.documents : parsed.data.texts;
      const { query } = parsed.data;
      server.calls.push({ path, query, documents });
      if (server.mood === 'hanging') return;
      if (typeof server.mood === 'number') return json(server.mood, { error: `cannot score: ${query}` });
      if (server.mood === 'garbled') return json(200, { scores: [1] });
      const rows = documents.map((document, index) => ({ index, score: server.scoreOf(query, document) })).toSorted((left, right) => right.score - left.score);
      if (server.mood === 'one short') rows.pop();
      json(200, form === 'plain' ? rows : { model: 'm', results: rows.map(({ index, score }) => ({ index, relevance_score: score, document: { text: documents[index] } })), usage: { total_tokens: 1 } });
    };
    void serve();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const server: RerankServer = {
    url: `http://127.0.0.1:${address.port}`,
    calls: [],
    scoreOf: () => 0.5,
    mood: 'well',
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
