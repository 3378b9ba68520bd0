import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import { PromptTooLong, QueueFull } from './engine-model.ts';
import { openTinyEngine, type ServedModel, type TinyEngine, type TinyEngineOptions } from './tiny-engine.ts';

const Named = z.looseObject({ model: z.string().min(1) });
const Chat = Named.extend({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })).min(1),
  stream: z.boolean().default(true),
  format: z.union([z.literal('json'), z.record(z.string(), z.unknown())]).optional(),
  options: z.looseObject({ temperature: z.number().min(0).default(0.8), num_predict: z.int().default(-1), seed: z.int().optional() }).prefault({}),
});
const Embed = Named.extend({ input: z.union([z.string(), z.array(z.string())]) });

const DETAILS = { format: 'gguf', family: 'llama', families: ['llama'], parameter_size: '0.7M', quantization_level: 'F32' };

/** An engine behind the HTTP interface of Ollama (its `docs/api.md`), as far as it is used here. */
export interface EngineServer {
  readonly url: string;
  readonly engine: TinyEngine;
  close(): Promise<void>;
}

const json = (response: ServerResponse, status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));

function statusOf(error: unknown): [status: number, message: string] {
  if (error instanceof QueueFull) return [503, 'server busy, please try again.  maximum pending requests exceeded'];
  if (error instanceof PromptTooLong) return [400, 'the input length exceeds the context length'];
  if (error instanceof z.ZodError || error instanceof SyntaxError) return [400, error.message];
  return [500, error instanceof Error ? error.message : String(error)];
}

async function chat({ name, chat: model }: ServedModel, body: z.infer<typeof Chat>, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client went away')));
  if (response.destroyed) return;
  const line = (content: string, more: object): string => `${JSON.stringify({ model: name, created_at: new Date().toISOString(), message: { role: 'assistant', content }, ...more })}\n`;
  const began = process.hrtime.bigint();
  let whole = '';
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  };
  // Without a seed another one every time, as with Ollama; here the next, so that a test can be repeated.
  const { temperature, num_predict: wanted, seed = model.calls.length } = body.options;
  const generated = await model.generate({
    // A template as plain as can be; the new line before an answer is where the model begins a sentence.
    prompt: body.messages.map(({ role, content }) => `${role}: ${content}\n`).join(''),
    format: body.format,
    // -1 and -2 are Ollama's words for as many as there is room for.
    maxTokens: wanted < 0 ? Number.MAX_SAFE_INTEGER : wanted,
    temperature,
    seed,
    signal: gone.signal,
    onText: (text) => {
      whole += text;
      if (!body.stream) return;
      begin();
      response.write(line(text, { done: false }));
    },
  });
  begin();
  const took = Number(process.hrtime.bigint() - began);
  response.end(line(body.stream ? '' : whole, { done: true, done_reason: generated.finish, prompt_eval_count: generated.tokensIn, eval_count: generated.tokensOut, total_duration: took, eval_duration: took }));
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Serves the tiny engine on a free port. @throws what keeps the engine from loading */
export async function startEngineServer(options: TinyEngineOptions = {}): Promise<EngineServer> {
  const engine = await openTinyEngine(options);
  const find = (name: string): ServedModel | undefined => engine.models.find((one) => one.name === (name.includes(':') ? name : `${name}:latest`));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = `${request.method} ${request.url}`;
    if (path === 'GET /api/tags') {
      return json(response, 200, { models: engine.models.map(({ name, digest, bytes }) => ({ name, model: name, digest, size: bytes, modified_at: '2026-01-01T00:00:00Z', details: DETAILS })) });
    }
    if (!['POST /api/chat', 'POST /api/embed', 'POST /api/show'].includes(path)) return json(response, 404, { error: 'not found' });
    const body: unknown = JSON.parse(await readText(request));
    const model = find(Named.parse(body).model);
    if (!model) return json(response, 404, { error: `model '${Named.parse(body).model}' not found` });
    if (path === 'POST /api/chat') return chat(model, Chat.parse(body), response);
    if (path === 'POST /api/show') return json(response, 200, { details: DETAILS, model_info: { 'general.architecture': 'llama' }, capabilities: ['completion', 'embedding'] });
    const embeddings: number[][] = [];
    for (const text of [Embed.parse(body).input].flat()) embeddings.push(unit(await engine.embed(text)));
    json(response, 200, { model: model.name, embeddings });
  };

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      const [status, message] = statusOf(error);
      // In the middle of a stream, Ollama's errors are its last line.
      if (response.headersSent) response.end(`${JSON.stringify({ error: message })}\n`);
      else json(response, status, { error: message });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    engine,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await engine.dispose();
    },
  };
}
