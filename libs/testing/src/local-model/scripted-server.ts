import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { ServedCall } from './served-call.js';

/** How the server answers the next chat calls. */
export interface Script {
  readonly pieces: readonly string[];
  readonly finish: 'stop' | 'length';
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Instead of an answer: this status with an error body that quotes the prompt. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** After the pieces: an error object in the stream, a closed socket, an end without the last message, or half of an object. */
  readonly breakOff?: 'error' | 'cut' | 'end' | 'garbled';
  /** Nothing more after so many pieces until the promise resolves; `onLeave` is told when the client goes away or has all. */
  readonly pause?: { readonly afterPieces: number; readonly until: Promise<unknown>; readonly onLeave?: () => void } | undefined;
  /** After the pieces: nothing more, until the client goes away. */
  readonly hang?: boolean;
  /** What the model asks for after the pieces; its arguments as the text that came out of it. */
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  /** With a status, or with `breakOff: 'error'`: how the server's error begins. */
  readonly says?: string;
  /** Milliseconds before the answer begins. */
  readonly delayMs?: number;
  /** Send byte by byte, so that characters are split across chunks. */
  readonly bytewise?: boolean;
}

export interface ScriptedServer {
  readonly url: string;
  script: Script;
  /** What goes before `script` for a call, by what it asks for. */
  answerTo?: (chat: ChatBody) => Partial<Script>;
  /** Models that it says it has; `cloud` ones are passed on elsewhere. */
  models: { name: string; cloud?: boolean }[];
  /** JSON that paths answer with, before anything else: what a server tells of its adapters, for one. */
  readonly answers: Map<string, unknown>;
  readonly requests: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
  /** Chats of models that it has, as it saw them. */
  readonly calls: readonly ServedCall[];
  /** That clients have opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** A protocol's wire form. */
export interface Wire {
  readonly listPath: string;
  readonly chatPath: string;
  readonly embedPath: string;
  readonly contentType: string;
  list(models: ScriptedServer['models']): unknown;
  piece(content: string): string;
  calls(script: Script): string;
  last(script: Script): string;
  error(says: string): string;
  vectors(rows: number[][]): unknown;
}

export const ollamaWire: Wire = {
  listPath: '/api/tags',
  chatPath: '/api/chat',
  embedPath: '/api/embed',
  contentType: 'application/x-ndjson',
  list: (models) => ({ models: models.map(({ name, cloud }) => ({ name: `${name}:latest`, model: `${name}:latest`, digest: 'abcdef0123456789', ...(cloud ? { remote_host: 'https://cloud.example', remote_model: name } : {}) })) }),
  piece: (content) => `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, done: false })}\n`,
  calls: ({ toolCalls = [] }) => toolCalls.map(({ id, name, arguments: given }, index) => `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: '', tool_calls: [{ ...(id === '' ? {} : { id }), function: { index, name, arguments: JSON.parse(given) as unknown } }] }, done: false })}\n`).join(''),
  last: ({ finish, tokensIn, tokensOut }) => `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: finish, prompt_eval_count: tokensIn, eval_count: tokensOut, total_duration: 1, eval_duration: 1 })}\n`,
  error: (says) => `${JSON.stringify({ error: says })}\n`,
  vectors: (embeddings) => ({ model: 'm', embeddings }),
};

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
export const openAiWire: Wire = {
  listPath: '/v1/models',
  chatPath: '/v1/chat/completions',
  embedPath: '/v1/embeddings',
  contentType: 'text/event-stream',
  list: (models) => ({ object: 'list', data: models.map(({ name }) => ({ id: name, object: 'model' })) }),
  piece: (content) => event({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  // All calls at once, each cut in pieces of three characters, which come in turns.
  calls: ({ toolCalls = [] }) => {
    const pieces = toolCalls.map(({ id, name, arguments: given }, index) => [
      { index, ...(id === '' ? {} : { id }), type: 'function', function: { name, arguments: '' } },
      ...(given.match(/[^]{1,3}/gu) ?? []).map((piece) => ({ index, function: { arguments: piece } })),
    ]);
    const inTurns = Array.from({ length: Math.max(0, ...pieces.map((one) => one.length)) }, (_, at) => pieces.flatMap((one) => one.slice(at, at + 1)));
    return inTurns.flat().map((call) => event({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] })).join('');
  },
  last: ({ finish, tokensIn, tokensOut, toolCalls }) =>
    event({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: finish === 'stop' && toolCalls ? 'tool_calls' : finish }] }) +
    event({ id: 'c', choices: [], usage: { prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut } }) +
    'data: [DONE]\n\n',
  error: (says) => event({ error: { message: says, type: 'InternalServerError', code: 500 } }),
  // Out of order on purpose: the index says which text a vector belongs to.
  vectors: (rows) => ({ object: 'list', data: rows.map((embedding, index) => ({ object: 'embedding', index, embedding })).toReversed() }),
};

/** What only calls tools says nothing. */
const Message = z.looseObject({ role: z.string(), content: z.string().nullish().transform((content) => content ?? '') });
const Body = z.looseObject({ model: z.string().default(''), messages: z.array(Message).default([]), input: z.array(z.string()).optional() });
type Body = z.infer<typeof Body>;
/** A chat as it was asked for, with whatever else its body holds. */
export type ChatBody = Body;

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await text(request);
  return body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
}

async function play(script: Script, wire: Wire, prompt: string, response: ServerResponse): Promise<void> {
  if (script.status !== undefined) {
    response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers }).end(JSON.stringify({ error: `${script.says ?? 'cannot serve'}: ${prompt}` }));
    return;
  }
  if (script.delayMs !== undefined) await wait(script.delayMs, undefined, { ref: false });
  response.writeHead(200, { 'content-type': wire.contentType });
  const end = script.hang || script.breakOff !== undefined ? '' : wire.last(script);
  const broken = { error: wire.error(script.says ?? 'llama runner process no longer running'), garbled: wire.piece('x').replace(/\}+\s*$/, '\n\n'), cut: '', end: '' }[script.breakOff ?? 'end'];
  const { pause } = script;
  if (pause) {
    if (pause.onLeave) response.once('close', pause.onLeave);
    response.write(script.pieces.slice(0, pause.afterPieces).map((piece) => wire.piece(piece)).join(''));
    await pause.until;
  }
  const bytes = Buffer.from(script.pieces.slice(pause?.afterPieces ?? 0).map((piece) => wire.piece(piece)).join('') + (script.toolCalls ? wire.calls(script) : '') + broken + end);
  const size = script.bytewise ? 1 : 7_919;
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size));
    // Its own turn for every chunk, so that they do not arrive as one.
    if (script.bytewise) await new Promise(setImmediate);
  }
  if (script.hang) return;
  if (script.breakOff === 'cut') response.destroy();
  else response.end();
}

/** Keeps what becomes of a chat. */
function follow({ pieces, tokensIn, tokensOut }: Script, model: string, response: ServerResponse): ServedCall {
  const call: ServedCall = { model, pieces, tokensIn, tokensOut };
  response.on('close', () => (call.ended = { how: response.writableFinished ? 'complete' : 'gone', at: performance.now() }));
  return call;
}

/** A model server on a free port that speaks the real protocol and says what it is told to. */
export async function startScriptedServer(wire: Wire): Promise<ScriptedServer> {
  const requests: ScriptedServer['requests'] = [];
  const calls: ServedCall[] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const sent = await readBody(request);
      const path = request.url ?? '';
      requests.push({ path, body: sent });
      const body = Body.parse(sent);
      const json = (value: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (scripted.answers.has(path)) return json(scripted.answers.get(path));
      if (path === wire.listPath) return json(wire.list(scripted.models));
      if (path === wire.chatPath) {
        const script = { ...scripted.script, ...scripted.answerTo?.(body) };
        if (!scripted.models.some(({ name }) => name === body.model)) return void response.writeHead(404).end();
        calls.push(follow(script, body.model, response));
        return play(script, wire, JSON.stringify(body.messages), response);
      }
      // A vector that tells the texts apart: their lengths.
      if (path === wire.embedPath) return json(wire.vectors((body.input ?? []).map((one) => [one.length, 3, 4])));
      response.writeHead(404).end();
    };
    void serve();
  });
  let connections = 0;
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${address.port}`,
    script: { pieces: ['ok'], finish: 'stop', tokensIn: 1, tokensOut: 1 },
    models: [{ name: 'small' }],
    answers: new Map(),
    requests,
    calls,
    get connections() {
      return connections;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scripted;
}
