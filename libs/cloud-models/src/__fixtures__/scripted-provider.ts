import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** How the provider answers the next calls. */
export interface Script {
  readonly pieces: readonly string[];
  readonly finish: 'stop' | 'length' | 'filtered';
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of `tokensIn`. */
  readonly tokensCached: number;
  /** Instead of an answer: this status with an error body that quotes the prompt. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** After the pieces: an error in the stream, a closed socket, or an end without the last message. */
  readonly breakOff?: 'error' | 'overloaded' | 'cut' | 'end';
  /** After the pieces: nothing more, until the client goes away. */
  readonly hang?: boolean;
}

/** A protocol's wire form. */
export interface Wire {
  readonly chatPath: string;
  /** The header that the key stands in, with its value. */
  key(apiKey: string): readonly [string, string];
  modelPath(model: string): string;
  models(models: readonly string[], asked: string): unknown;
  plain(script: Script): unknown;
  /** The stream in events; the ones of the pieces, then those of the end. */
  begin(script: Script): string;
  piece(content: string): string;
  last(script: Script): string;
  error(type: string): string;
  failure(message: string): unknown;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (type: string, rest: object = {}): string => `event: ${type}\n${data({ type, ...rest })}`;

const openAiFinish = { stop: 'stop', length: 'length', filtered: 'content_filter' };
const openAiUsage = ({ tokensIn, tokensOut, tokensCached }: Script) => ({ prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut, prompt_tokens_details: { cached_tokens: tokensCached } });
const openAiChunk = (rest: object): string => data({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', ...rest });
export const openAiWire: Wire = {
  chatPath: '/chat/completions',
  key: (apiKey) => ['authorization', `Bearer ${apiKey}`],
  modelPath: () => '/models',
  models: (models) => ({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }),
  plain: (script) => ({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: script.pieces.join('') }, finish_reason: openAiFinish[script.finish] }],
    usage: openAiUsage(script),
  }),
  begin: () => openAiChunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
  piece: (content) => openAiChunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  last: (script) => openAiChunk({ choices: [{ index: 0, delta: {}, finish_reason: openAiFinish[script.finish] }] }) + openAiChunk({ choices: [], usage: openAiUsage(script) }) + 'data: [DONE]\n\n',
  error: (type) => data({ error: { message: 'it broke', type, code: null } }),
  failure: (message) => ({ error: { message, type: 'some_error', code: 'some_code' } }),
};

const anthropicFinish = { stop: 'end_turn', length: 'max_tokens', filtered: 'refusal' };
/** Anthropic counts what was cached apart from the rest of the input. */
const anthropicInput = ({ tokensIn, tokensCached }: Script) => ({ input_tokens: tokensIn - tokensCached, cache_read_input_tokens: tokensCached, cache_creation_input_tokens: 0 });
const anthropicHead = { id: 'm1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null };
export const anthropicWire: Wire = {
  chatPath: '/messages',
  key: (apiKey) => ['x-api-key', apiKey],
  modelPath: (model) => `/models/${model}`,
  models: (models, asked) => (models.includes(asked) ? { type: 'model', id: asked } : undefined),
  plain: (script) => ({ ...anthropicHead, content: [{ type: 'text', text: script.pieces.join('') }], stop_reason: anthropicFinish[script.finish], usage: { ...anthropicInput(script), output_tokens: script.tokensOut } }),
  begin: (script) =>
    named('message_start', { message: { ...anthropicHead, content: [], stop_reason: null, usage: { ...anthropicInput(script), output_tokens: 1 } } }) +
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  piece: (content) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: content } }),
  last: (script) =>
    named('content_block_stop', { index: 0 }) +
    named('message_delta', { delta: { stop_reason: anthropicFinish[script.finish], stop_sequence: null }, usage: { output_tokens: script.tokensOut } }) +
    named('message_stop'),
  error: (type) => named('error', { error: { type, message: 'it broke' } }),
  failure: (message) => ({ type: 'error', error: { type: 'some_error', message } }),
};

export interface ScriptedProvider {
  readonly url: string;
  script: Script;
  models: string[];
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Record<string, unknown> }[];
  /** Resolves when a client goes away before its answer is complete. */
  readonly clientGone: Promise<void>;
  close(): Promise<void>;
}

const errorTypes = { error: 'api_error', overloaded: 'overloaded_error' };

function play(script: Script, wire: Wire, body: Record<string, unknown>, response: ServerResponse): void {
  if (script.status !== undefined) {
    response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers }).end(JSON.stringify(wire.failure(`cannot serve: ${JSON.stringify(body)}`)));
    return;
  }
  if (body['stream'] !== true) {
    if (script.hang) return;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wire.plain(script)));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(wire.begin(script));
  for (const piece of script.pieces) response.write(wire.piece(piece));
  const { breakOff } = script;
  if (breakOff === 'error' || breakOff === 'overloaded') response.write(wire.error(errorTypes[breakOff]));
  // After what was written has left: a destroyed socket drops what it still holds.
  if (breakOff === 'cut') response.write('\n', () => response.destroy());
  else if (!script.hang) response.end(breakOff === undefined ? wire.last(script) : '');
}

/** A provider on a free port that speaks the real protocol and says what it is told to. */
export async function startScriptedProvider(wire: Wire): Promise<ScriptedProvider> {
  const gone = Promise.withResolvers<void>();
  const requests: ScriptedProvider['requests'] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const sent = await text(request);
      const path = request.url ?? '';
      const body = (sent === '' ? {} : JSON.parse(sent)) as Record<string, unknown>;
      requests.push({ path, headers: request.headers, body });
      response.on('close', () => {
        if (!response.writableEnded) gone.resolve();
      });
      if (path === wire.chatPath) return play(provider.script, wire, body, response);
      const page = provider.script.status === undefined ? wire.models(provider.models, path.split('/').at(-1) ?? '') : undefined;
      response.writeHead(page === undefined ? (provider.script.status ?? 404) : 200, { 'content-type': 'application/json' }).end(JSON.stringify(page ?? {}));
    };
    void serve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const provider: ScriptedProvider = {
    url: `http://127.0.0.1:${address.port}`,
    script: { pieces: ['ok'], finish: 'stop', tokensIn: 1, tokensOut: 1, tokensCached: 0 },
    models: ['small'],
    requests,
    clientGone: gone.promise,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}
