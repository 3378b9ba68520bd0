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
  /** What the model thinks first, where the protocol shows it. */
  readonly thoughts?: string;
  /** What the model asks for after the pieces; its arguments as the text that came out of it. */
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  /** The pieces are the arguments of the tool that JSON was asked for with, and not a text. */
  readonly byTool?: string;
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
  piece(content: string, script: Script): string;
  /** What the model asks for, cut in pieces. */
  calls(script: Script): string;
  last(script: Script): string;
  error(type: string): string;
  failure(message: string): unknown;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (type: string, rest: object = {}): string => `event: ${type}\n${data({ type, ...rest })}`;

const openAiFinish = { stop: 'stop', length: 'length', filtered: 'content_filter' };
const openAiUsage = ({ tokensIn, tokensOut, tokensCached }: Script) => ({ prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut, prompt_tokens_details: { cached_tokens: tokensCached } });
const openAiEnd = ({ finish, toolCalls }: Script): string => (finish === 'stop' && toolCalls ? 'tool_calls' : openAiFinish[finish]);
const openAiToolCalls = ({ toolCalls = [] }: Script) => toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: given } }));
/** Text in pieces of three characters: arguments come cut anywhere. */
const inPieces = (text: string): string[] => text.match(/[^]{1,3}/gu) ?? [];
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
    choices: [{ index: 0, message: { role: 'assistant', content: script.pieces.length === 0 && script.toolCalls ? null : script.pieces.join(''), ...(script.thoughts === undefined ? {} : { reasoning_content: script.thoughts }), ...(script.toolCalls ? { tool_calls: openAiToolCalls(script) } : {}) }, finish_reason: openAiEnd(script) }],
    usage: openAiUsage(script),
  }),
  begin: ({ thoughts = '' }) =>
    openAiChunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }) +
    inPieces(thoughts).map((piece) => openAiChunk({ choices: [{ index: 0, delta: { reasoning_content: piece }, finish_reason: null }] })).join(''),
  piece: (content) => openAiChunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  calls: ({ toolCalls = [] }) =>
    toolCalls.map(({ id, name, arguments: given }, index) =>
      [{ index, id, type: 'function', function: { name, arguments: '' } }, ...inPieces(given).map((piece) => ({ index, function: { arguments: piece } }))]
        .map((call) => openAiChunk({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] })).join('')).join(''),
  last: (script) => openAiChunk({ choices: [{ index: 0, delta: {}, finish_reason: openAiEnd(script) }] }) + openAiChunk({ choices: [], usage: openAiUsage(script) }) + 'data: [DONE]\n\n',
  error: (type) => data({ error: { message: 'it broke', type, code: null } }),
  failure: (message) => ({ error: { message, type: 'some_error', code: 'some_code' } }),
};

const anthropicFinish = { stop: 'end_turn', length: 'max_tokens', filtered: 'refusal' };
/** Anthropic counts what was cached apart from the rest of the input. */
const anthropicInput = ({ tokensIn, tokensCached }: Script) => ({ input_tokens: tokensIn - tokensCached, cache_read_input_tokens: tokensCached, cache_creation_input_tokens: 0 });
const anthropicHead = { id: 'm1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null };
const anthropicEnd = ({ finish, toolCalls, byTool }: Script): string => (finish === 'stop' && (toolCalls || byTool !== undefined) ? 'tool_use' : anthropicFinish[finish]);
/** Where the text stands, if there is some: the calls follow it. */
const hasText = ({ pieces, toolCalls, byTool }: Script): boolean => byTool === undefined && (pieces.length > 0 || !toolCalls);
const toolUse = (id: string, name: string, input: unknown): object => ({ type: 'tool_use', id, name, input });
function anthropicContent(script: Script): object[] {
  const text = script.pieces.join('');
  if (script.byTool !== undefined) return [toolUse('toolu_json', script.byTool, JSON.parse(text))];
  return [...(hasText(script) ? [{ type: 'text', text }] : []), ...(script.toolCalls ?? []).map(({ id, name, arguments: given }) => toolUse(id, name, given === '' ? {} : JSON.parse(given)))];
}
export const anthropicWire: Wire = {
  chatPath: '/messages',
  key: (apiKey) => ['x-api-key', apiKey],
  modelPath: (model) => `/models/${model}`,
  models: (models, asked) => (models.includes(asked) ? { type: 'model', id: asked } : undefined),
  plain: (script) => ({ ...anthropicHead, content: anthropicContent(script), stop_reason: anthropicEnd(script), usage: { ...anthropicInput(script), output_tokens: script.tokensOut } }),
  begin: (script) =>
    named('message_start', { message: { ...anthropicHead, content: [], stop_reason: null, usage: { ...anthropicInput(script), output_tokens: 1 } } }) +
    (script.byTool === undefined ? '' : named('content_block_start', { index: 0, content_block: toolUse('toolu_json', script.byTool, {}) })) +
    (hasText(script) ? named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) : ''),
  piece: (content, { byTool }) => named('content_block_delta', { index: 0, delta: byTool === undefined ? { type: 'text_delta', text: content } : { type: 'input_json_delta', partial_json: content } }),
  calls: (script) => {
    const first = hasText(script) ? 1 : 0;
    const blocks = (script.toolCalls ?? []).map(({ id, name, arguments: given }, at) => {
      const index = first + at;
      return named('content_block_start', { index, content_block: toolUse(id, name, {}) }) + inPieces(given).map((piece) => named('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } })).join('') + named('content_block_stop', { index });
    });
    return (first === 1 && blocks.length > 0 ? named('content_block_stop', { index: 0 }) : '') + blocks.join('');
  },
  last: (script) =>
    (script.toolCalls ? '' : named('content_block_stop', { index: 0 })) +
    named('message_delta', { delta: { stop_reason: anthropicEnd(script), stop_sequence: null }, usage: { output_tokens: script.tokensOut } }) +
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
  for (const piece of script.pieces) response.write(wire.piece(piece, script));
  if (script.toolCalls) response.write(wire.calls(script));
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
