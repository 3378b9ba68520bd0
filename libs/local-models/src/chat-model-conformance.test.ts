import { afterEach, describe, expect, it } from 'vitest';
import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { ollamaWire, openAiWire, startScriptedServer, type Script, type ScriptedServer, type Wire, waitFor } from '@switchyard/testing';
import { localModelConformance } from './__fixtures__/chat-model-conformance.js';
import { startScriptedRuntime } from './__fixtures__/scripted-runtime.js';
import { poolModels } from './model-pool.js';
import { createOllamaChatModel } from './ollama-chat-model.js';
import { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';

const SECRET = '我的电话是13800138000';
const request: ChatRequest = { messages: [{ role: 'system', content: 'Answer.' }, { role: 'user', content: SECRET }], maxTokens: 64 };
const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] };
const tools: ChatRequest['tools'] & object = [
  { name: 'get_order', description: 'Looks an order up.', parameters: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] } },
  { name: 'ping', description: 'Pings.', parameters: { type: 'object', properties: {} } },
];
const open = (): AbortSignal => new AbortController().signal;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (!MeshError.is(error)) throw new Error('expected a MeshError', { cause: error });
  // Whatever went wrong: the customer's words are not in the error.
  expect(`${error.message} ${error.detail}`).not.toContain('13800138000');
  return error.code;
}

/** What a ChatModel sends, and what it makes of faults that no real server has at will; all else is in `localModelConformance`. */
function scriptedConformance(title: string, wire: Wire, start: (server: ScriptedServer) => ChatModel): void {
  describe(`the ${title} chat model`, () => {
    let server: ScriptedServer;
    afterEach(() => server.close());
    const serve = async (script: Partial<Script> = {}): Promise<ChatModel> => {
      server = await startScriptedServer(wire);
      server.script = { ...server.script, ...script };
      return start(server);
    };
    const chatCalls = () => server.requests.filter((one) => one.path === wire.chatPath);

    it('gives the whole answer with its token counts', async () => {
      const model = await serve({ pieces: ['你好', '，', 'friend'], tokensIn: 21, tokensOut: 5 });
      expect(await model.complete(request, { signal: open() })).toMatchObject({ text: '你好，friend', finish: 'stop', tokensIn: 21, tokensOut: 5 });
    });

    it('puts characters together that arrive split into bytes', async () => {
      const model = await serve({ pieces: ['退款€', '🎁𠮷野家'], bytewise: true });
      expect((await model.complete(request, { signal: open() })).text).toBe('退款€🎁𠮷野家');
    });

    it('sends model, messages, length and schema', async () => {
      const model = await serve();
      await model.complete({ ...request, schema }, { signal: open() });
      const body = chatCalls()[0]?.body;
      expect(body).toMatchObject({ model: 'small', messages: request.messages, stream: true });
      expect(JSON.stringify(body)).toContain(JSON.stringify(schema));
      expect(JSON.stringify(body)).toMatch(/"(?:num_predict|max_tokens)":64/);
    });

    it('tells the server of tools, and gives back what the model asks for', async () => {
      const model = await serve({ pieces: ['Let me ', 'look.'], toolCalls: [{ id: 'call_a', name: 'get_order', arguments: '{"orderId":"订单-1"}' }, { id: 'call_b', name: 'ping', arguments: '{}' }], bytewise: true });
      const pieces: string[] = [];
      const completion = await model.complete({ ...request, tools }, { signal: open(), onDelta: (piece) => pieces.push(piece) });
      expect(completion).toMatchObject({ text: 'Let me look.', finish: 'stop', toolCalls: [{ id: 'call_a', name: 'get_order', arguments: { orderId: '订单-1' } }, { id: 'call_b', name: 'ping', arguments: {} }] });
      expect(pieces).toEqual(['Let me ', 'look.']);
      expect(chatCalls()[0]?.body['tools']).toEqual(tools.map((one) => ({ type: 'function', function: one })));
    });

    it('names calls that the server gives no name, each another', async () => {
      const unnamed = { id: '', name: 'ping', arguments: '{}' };
      const model = await serve({ pieces: [], toolCalls: [unnamed, unnamed] });
      const { toolCalls = [] } = await model.complete({ ...request, tools }, { signal: open() });
      expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
      expect(toolCalls.map(({ id }) => id).join(' ')).toMatch(/^call_\S+ call_\S+$/);
    });

    it('has no calls where the model only answers, and tells of no tools where there are none', async () => {
      const model = await serve();
      expect((await model.complete(request, { signal: open() })).toolCalls).toBeUndefined();
      expect(chatCalls()[0]?.body).not.toHaveProperty('tools');
    });

    it.each([`"${SECRET}"`, '[1]', '7'])('is MODEL_OUTPUT_INVALID for the arguments %s', async (given) => {
      const model = await serve({ pieces: ['x'], toolCalls: [{ id: 'call_a', name: 'get_order', arguments: given }] });
      expect(await codeOf(model.complete({ ...request, tools }, { signal: open() }))).toBe('MODEL_OUTPUT_INVALID');
    });

    it('goes on with what was called and returned, and may be told to answer now', async () => {
      const model = await serve();
      const calls = [{ id: 'call_a', name: 'get_order', arguments: { orderId: 'HG1' } }, { id: 'call_b', name: 'ping', arguments: {} }];
      const messages: ChatRequest['messages'] = [
        ...request.messages,
        { role: 'assistant', content: '', toolCalls: calls },
        { role: 'tool', toolCallId: 'call_a', toolName: 'get_order', content: 'status: shipped' },
        { role: 'tool', toolCallId: 'call_b', toolName: 'ping', content: 'pong' },
      ];
      await model.complete({ ...request, messages, tools, toolChoice: 'none' }, { signal: open() });
      const { messages: sent = [], tools: told, tool_choice: choice } = (chatCalls()[0]?.body ?? {}) as { messages?: unknown[]; tools?: unknown[]; tool_choice?: string };
      expect([sent.slice(-3), told?.length, choice]).toEqual(wire === ollamaWire ? [[
        { role: 'assistant', content: '', tool_calls: calls.map(({ id, name, arguments: given }) => ({ id, function: { name, arguments: given } })) },
        { role: 'tool', content: 'status: shipped', tool_name: 'get_order', tool_call_id: 'call_a' },
        { role: 'tool', content: 'pong', tool_name: 'ping', tool_call_id: 'call_b' },
      ], undefined, undefined] : [[
        { role: 'assistant', content: null, tool_calls: calls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(given) } })) },
        { role: 'tool', content: 'status: shipped', tool_call_id: 'call_a' },
        { role: 'tool', content: 'pong', tool_call_id: 'call_b' },
      ], 2, 'none']);
    });

    it('is MODEL_OUTPUT_INVALID where the model asks for a tool though it was to answer', async () => {
      const model = await serve({ pieces: [], toolCalls: [{ id: 'call_a', name: 'ping', arguments: '{}' }] });
      expect(await codeOf(model.complete({ ...request, tools, toolChoice: 'none' }, { signal: open() }))).toBe('MODEL_OUTPUT_INVALID');
    });

    it('gives an answer that is not the JSON that was asked for as it is: its tier asks again with it', async () => {
      const model = await serve({ pieces: ['Sure! '] });
      expect((await model.complete({ ...request, schema }, { signal: open() })).text).toBe('Sure! ');
    });

    it.each([
      [503, 'MODEL_OVERLOADED'],
      [429, 'MODEL_OVERLOADED'],
      [500, 'MODEL_UNAVAILABLE'],
      [400, 'MODEL_REJECTED'],
      [404, 'MODEL_MISSING'],
    ])('turns status %i into %s without quoting the prompt', async (status, code) => {
      const model = await serve({ status });
      expect(await codeOf(model.complete(request, { signal: open() }))).toBe(code);
    });

    it('does not follow a server that sends it elsewhere', async () => {
      const elsewhere = await startScriptedServer(wire);
      const model = await serve({ status: 307, headers: { location: `${elsewhere.url}${wire.chatPath}` } });
      expect(await codeOf(model.complete(request, { signal: open() }))).toBe('MODEL_UNAVAILABLE');
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    });

    it('keeps the time that an overloaded server asks to wait', async () => {
      const model = await serve({ status: 503, headers: { 'retry-after': '30' } });
      await expect(model.complete(request, { signal: open() })).rejects.toMatchObject({ retryAfterMs: 30_000 });
    });

    it.each(['error', 'cut', 'end', 'garbled'] as const)('is MODEL_UNAVAILABLE when a stream breaks off (%s)', async (breakOff) => {
      const model = await serve({ pieces: ['half of '], breakOff });
      expect(await codeOf(model.complete(request, { signal: open() }))).toBe('MODEL_UNAVAILABLE');
    });

    it('leaves a server that has not begun to answer when it is aborted', async () => {
      const model = await serve({ delayMs: 60_000 });
      const controller = new AbortController();
      const reason = new MeshError('DEADLINE_PASSED', 'too late');
      const call = model.complete(request, { signal: controller.signal });
      void waitFor(() => server.calls.length === 1).then(() => controller.abort(reason));
      await expect(call).rejects.toBe(reason);
      await waitFor(() => server.calls[0]?.ended?.how === 'gone');
    });

    it('calls once only when the server fails', async () => {
      const model = await serve({ status: 500 });
      await codeOf(model.complete(request, { signal: open() }));
      expect(chatCalls()).toHaveLength(1);
    });

  });
}

const openOllama = (url: string, model: string): ChatModel => createOllamaChatModel({ url, model });
const openPool = (url: string, model: string): ChatModel => poolModels([openOllama(url, model)], { slots: 2 });
const openOpenAi = (url: string, model: string): ChatModel => createOpenAiCompatibleChatModel({ url, model });

for (const [title, wire, openModel] of [['Ollama', ollamaWire, openOllama], ['pooled', ollamaWire, openPool], ['OpenAI-compatible', openAiWire, openOpenAi]] as const) {
  scriptedConformance(title, wire, ({ url }) => openModel(url, 'small'));
  // The same runs with a real engine: test/engine/conformance.test.ts.
  localModelConformance(`a scripted server (${title})`, () => startScriptedRuntime(wire, openModel));
}

describe('a tool call that the engine cannot read', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());
  const ask = async (wire: Wire, script: Partial<Script>, start: (url: string) => ChatModel): Promise<string> => {
    server = await startScriptedServer(wire);
    server.script = { ...server.script, ...script };
    return codeOf(start(server.url).complete({ ...request, tools }, { signal: open() }));
  };
  const ollama = (url: string): ChatModel => createOllamaChatModel({ url, model: 'small' });

  it.each<[string, Partial<Script>]>([
    ['a status 500', { status: 500, says: "error parsing tool call: raw='{\"orderId\":', err=unexpected end of JSON input" }],
    ['an error within the stream', { breakOff: 'error', says: "error parsing tool call: raw='x', err=invalid character 'x'" }],
  ])('is told by Ollama as %s, and is MODEL_OUTPUT_INVALID', async (_title, script) => {
    expect(await ask(ollamaWire, script, ollama)).toBe('MODEL_OUTPUT_INVALID');
  });

  it('is no other trouble of Ollama', async () => {
    expect(await ask(ollamaWire, { status: 500, says: 'llama runner process has terminated' }, ollama)).toBe('MODEL_UNAVAILABLE');
  });

  it('comes broken from an OpenAI-compatible server', async () => {
    expect(await ask(openAiWire, { toolCalls: [{ id: 'a', name: 'get_order', arguments: '{"orderId":' }] }, (url) => createOpenAiCompatibleChatModel({ url, model: 'small' }))).toBe('MODEL_OUTPUT_INVALID');
  });
});
