import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { anthropicWire, openAiWire, startScriptedProvider, type Script, type ScriptedProvider, type Wire } from './__fixtures__/scripted-provider.js';
import { createCloudModel, neverConnected, type CloudProvider } from './index.js';

const KEY = 'sk-test-0123456789';
const SECRET = '我的电话是13800138000';
const request: ChatRequest = {
  messages: [
    { role: 'system', content: 'Answer.' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi!' },
    { role: 'user', content: SECRET },
  ],
  maxTokens: 64,
};
const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false };
const tools: ChatRequest['tools'] & object = [
  { name: 'get_order', description: 'Looks an order up.', parameters: { type: 'object', properties: { orderId: { type: 'string' }, note: { type: 'string' } }, required: ['orderId'], additionalProperties: false } },
  { name: 'ping', description: 'Pings.', parameters: { type: 'object', properties: {} } },
];
const open = (): AbortSignal => new AbortController().signal;

async function errorOf(work: Promise<unknown>): Promise<MeshError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (!MeshError.is(error)) throw new Error('expected a MeshError', { cause: error });
  // Whatever went wrong: neither the customer's words nor the key are anywhere in the error.
  const cause = error.cause instanceof Error ? `${error.cause.message} ${error.cause.stack} ${JSON.stringify(error.cause)}` : '';
  const said = `${error.message} ${error.stack} ${JSON.stringify(error)} ${cause}`;
  expect(said).not.toContain('13800138000');
  expect(said).not.toContain(KEY);
  return error;
}

/** What every cloud model does, whatever protocol its provider speaks. */
function chatModelConformance(provider: CloudProvider, wire: Wire): void {
  describe(`the ${provider} model`, () => {
    let server: ScriptedProvider;
    afterEach(() => server.close());
    const serve = async (script: Partial<Script> = {}): Promise<ChatModel> => {
      server = await startScriptedProvider(wire);
      server.script = { ...server.script, ...script };
      return createCloudModel({ provider, model: 'small', maxOutputTokens: 100 }, KEY, { baseUrl: server.url });
    };
    const chatCalls = () => server.requests.filter((one) => one.path === wire.chatPath);

    it('gives the whole answer with its token counts and the usage as it came', async () => {
      const model = await serve({ pieces: ['你好', '，', 'friend'], tokensIn: 21, tokensOut: 5, tokensCached: 16 });
      const completion = await model.complete(request, { signal: open() });
      expect(completion).toMatchObject({ text: '你好，friend', finish: 'stop', tokensIn: 21, tokensOut: 5, tokensCached: 16 });
      expect(JSON.stringify(completion.rawUsage)).toMatch(/"(?:prompt_tokens":21|cache_read_input_tokens":16)/);
    });

    it('streams the pieces in order, with the same token counts', async () => {
      const model = await serve({ pieces: ['一', '二', '三'], tokensIn: 21, tokensOut: 5, tokensCached: 16 });
      const pieces: string[] = [];
      const completion = await model.complete(request, { signal: open(), onDelta: (piece) => pieces.push(piece) });
      expect(pieces).toEqual(['一', '二', '三']);
      expect(completion).toMatchObject({ text: '一二三', finish: 'stop', tokensIn: 21, tokensOut: 5, tokensCached: 16 });
      expect(completion.rawUsage).not.toBeNull();
    });

    it.each([
      ['cut at the length', 'length'],
      ['withheld by the provider', 'filtered'],
    ] as const)('says when the answer was %s', async (_title, finish) => {
      const model = await serve({ finish });
      expect((await model.complete(request, { signal: open() })).finish).toBe(finish);
      expect((await model.complete(request, { signal: open(), onDelta: () => undefined })).finish).toBe(finish);
    });

    it('sends model, key, messages and length', async () => {
      const model = await serve();
      await model.complete(request, { signal: open(), onDelta: () => undefined });
      const call = chatCalls()[0];
      const [header, value] = wire.key(KEY);
      expect(call?.headers[header]).toBe(value);
      expect(call?.body).toMatchObject({ model: 'small', stream: true });
      expect(JSON.stringify(call?.body)).toMatch(/"max_(?:completion_)?tokens":64/);
      const sent = JSON.stringify(call?.body);
      const at = ['Answer.', 'Hi!', SECRET].map((words) => sent.indexOf(words));
      expect(at.every((position) => position > 0)).toBe(true);
    });

    it('never asks for more than the site allows', async () => {
      const model = await serve();
      await model.complete({ ...request, maxTokens: 5_000 }, { signal: open() });
      expect(JSON.stringify(chatCalls()[0]?.body)).toMatch(/"max_(?:completion_)?tokens":100/);
    });

    describe.each([
      ['whole', {}],
      ['streamed', { onDelta: () => undefined }],
    ] as const)('asked for JSON (%s)', (_way, how) => {
      it('asks in the way of its provider, and gives it as the text', async () => {
        const model = await serve({ pieces: ['{"ans', 'wer":"是"}'], ...(wire === anthropicWire ? { byTool: 'json' } : {}) });
        const completion = await model.complete({ ...request, schema }, { signal: open(), ...how });
        expect([JSON.parse(completion.text), completion.finish, completion.toolCalls]).toEqual([{ answer: '是' }, 'stop', undefined]);
        const body = JSON.stringify(chatCalls()[0]?.body);
        // Every one of them is told the schema, in a field of its own or in words.
        expect(body.replaceAll('\\', '')).toContain('"properties":{"answer":{"type":"string"}}');
        expect(body).toMatch({ openai: /"json_schema"/, 'openai-compatible': /"json_schema"/, deepseek: /"json_object"/, qwen: /"json_object"/, anthropic: /"name":"json".*"tool_choice":\{"type":"any"/ }[provider]);
      });

      it('is MODEL_OUTPUT_INVALID where the answer is none, without a word of it', async () => {
        const model = await serve({ pieces: ['Sure! ', SECRET] });
        expect((await errorOf(model.complete({ ...request, schema }, { signal: open(), ...how }))).code).toBe('MODEL_OUTPUT_INVALID');
      });

      it('gives what there is where the length cut it', async () => {
        const model = await serve({ pieces: ['{"answer":"half'], finish: 'length' });
        expect(await model.complete({ ...request, schema }, { signal: open(), ...how })).toMatchObject({ text: '{"answer":"half', finish: 'length' });
      });
    });

    describe.each([
      ['whole', {}],
      ['streamed', { onDelta: () => undefined }],
    ] as const)('with tools (%s)', (_way, how) => {
      const calls = [{ id: 'call_a', name: 'get_order', arguments: '{"orderId":"HG1","note":"“是”\\n"}' }, { id: 'call_b', name: 'ping', arguments: '' }];

      it('tells the provider of them, and gives back what the model asks for', async () => {
        const model = await serve({ pieces: ['Let me ', 'look.'], toolCalls: calls, tokensOut: 9 });
        const completion = await model.complete({ ...request, tools }, { signal: open(), ...how });
        expect(completion).toMatchObject({ text: 'Let me look.', finish: 'stop', tokensOut: 9, toolCalls: [{ id: 'call_a', name: 'get_order', arguments: { orderId: 'HG1', note: '“是”\n' } }, { id: 'call_b', name: 'ping', arguments: {} }] });
        expect(chatCalls()[0]?.body['tools']).toEqual(tools.map(({ name, description, parameters }) => (wire === anthropicWire ? { name, description, input_schema: parameters } : { type: 'function', function: { name, description, parameters } })).map((one) => expect.objectContaining(one) as unknown));
      });

      it('gives them also where nothing is said, and asks nothing again', async () => {
        const model = await serve({ pieces: [], toolCalls: calls.slice(0, 1) });
        expect(await model.complete({ ...request, tools }, { signal: open(), ...how })).toMatchObject({ text: '', toolCalls: [{ name: 'get_order' }] });
        expect(chatCalls()).toHaveLength(1);
      });

      it('gives a tool that it was not told of: the caller refuses it', async () => {
        const model = await serve({ pieces: [], toolCalls: [{ id: 'call_a', name: 'rm', arguments: '{"path":"/"}' }, { id: 'call_b', name: 'rm', arguments: '' }] });
        expect((await model.complete({ ...request, tools }, { signal: open(), ...how })).toolCalls).toEqual([{ id: 'call_a', name: 'rm', arguments: { path: '/' } }, { id: 'call_b', name: 'rm', arguments: {} }]);
      });

      it('has no calls where the model only answers', async () => {
        const model = await serve({ pieces: ['Fine.'] });
        expect((await model.complete({ ...request, tools }, { signal: open(), ...how })).toolCalls).toBeUndefined();
      });

      // The whole answer of Anthropic holds an object, and no text that could be cut.
      it.each([...(wire === anthropicWire && !('onDelta' in how) ? [] : ['{"orderId":']), `"${SECRET}"`, '[1]', 'null'])('is MODEL_OUTPUT_INVALID for the arguments %s', async (given) => {
        const model = await serve({ pieces: ['x'], toolCalls: [{ id: 'call_a', name: 'get_order', arguments: given }] });
        expect((await errorOf(model.complete({ ...request, tools }, { signal: open(), ...how }))).code).toBe('MODEL_OUTPUT_INVALID');
      });

      it('is MODEL_OUTPUT_INVALID where the model asks for one though it was to answer', async () => {
        const model = await serve({ pieces: [], toolCalls: calls });
        expect((await errorOf(model.complete({ ...request, tools, toolChoice: 'none' }, { signal: open(), ...how }))).code).toBe('MODEL_OUTPUT_INVALID');
      });

      it('has the thoughts that led to calls, and gives them back where the provider wants them', async () => {
        const thoughts = wire === openAiWire ? 'An order: look it up.' : undefined;
        const model = await serve({ pieces: ['So.'], toolCalls: calls.slice(0, 1), ...(thoughts === undefined ? {} : { thoughts }) });
        const completion = await model.complete({ ...request, tools }, { signal: open(), ...how });
        expect(completion).toMatchObject({ text: 'So.', toolCalls: [{ id: 'call_a' }] });
        expect(completion.thoughts).toBe(thoughts);
        const [call] = completion.toolCalls ?? [];
        server.script = { pieces: ['Shipped.'], finish: 'stop', tokensIn: 1, tokensOut: 1, tokensCached: 0 };
        await model.complete({ ...request, tools, messages: [...request.messages, { role: 'assistant', content: 'So.', toolCalls: call ? [call] : [], thoughts: 'An order: look it up.' }, { role: 'tool', toolCallId: 'call_a', toolName: 'get_order', content: 'x' }] }, { signal: open(), ...how });
        expect(JSON.stringify(chatCalls()[1]?.body).includes('An order: look it up.')).toBe(provider !== 'openai' && provider !== 'anthropic');
      });

      it('goes on with what was called and returned, and may be told to answer now', async () => {
        const model = await serve();
        const [first, second] = [{ id: 'call_a', name: 'get_order', arguments: { orderId: 'HG1' } }, { id: 'call_b', name: 'ping', arguments: {} }];
        const messages: ChatRequest['messages'] = [
          ...request.messages,
          { role: 'assistant', content: 'Let me look.', toolCalls: [first, second] },
          { role: 'tool', toolCallId: 'call_a', toolName: 'get_order', content: 'status: shipped' },
          { role: 'tool', toolCallId: 'call_b', toolName: 'ping', content: 'pong' },
        ];
        await model.complete({ ...request, messages, tools, toolChoice: 'none' }, { signal: open(), ...how });
        const { messages: sent = [], tools: told, tool_choice: choice } = (chatCalls()[0]?.body ?? {}) as { messages?: unknown[]; tools?: unknown[]; tool_choice?: unknown };
        expect(sent.slice(wire === anthropicWire ? -2 : -3)).toEqual(wire === anthropicWire ? [
          { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, { type: 'tool_use', id: 'call_a', name: 'get_order', input: { orderId: 'HG1' } }, { type: 'tool_use', id: 'call_b', name: 'ping', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: 'status: shipped' }, { type: 'tool_result', tool_use_id: 'call_b', content: 'pong' }] },
        ] : [
          { role: 'assistant', content: 'Let me look.', tool_calls: [first, second].map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(given) } })) },
          { role: 'tool', tool_call_id: 'call_a', content: 'status: shipped' },
          { role: 'tool', tool_call_id: 'call_b', content: 'pong' },
        ]);
        expect([told?.length, choice]).toEqual([2, wire === anthropicWire ? { type: 'none' } : 'none']);
      });
    });

    it.each([
      [429, 'MODEL_OVERLOADED'],
      [503, 'MODEL_OVERLOADED'],
      [529, 'MODEL_OVERLOADED'],
      [400, 'MODEL_REJECTED'],
      [401, 'MODEL_REJECTED'],
      [403, 'MODEL_REJECTED'],
      [404, 'MODEL_REJECTED'],
      [500, 'MODEL_UNAVAILABLE'],
    ])('turns status %i into %s after one call, without quoting the prompt', async (status, code) => {
      const model = await serve({ status });
      expect((await errorOf(model.complete(request, { signal: open() }))).code).toBe(code);
      expect((await errorOf(model.complete(request, { signal: open(), onDelta: () => undefined }))).code).toBe(code);
      expect(chatCalls()).toHaveLength(2);
    });

    it.each([
      ['retry-after', '30', 30_000],
      ['retry-after-ms', '1500', 1_500],
    ])('keeps the time that an overloaded provider asks to wait (%s)', async (header, value, retryAfterMs) => {
      const model = await serve({ status: 429, headers: { [header]: value } });
      expect(await errorOf(model.complete(request, { signal: open() }))).toMatchObject({ retryAfterMs });
    });

    it.each([
      ['error', 'MODEL_UNAVAILABLE'],
      ['overloaded', 'MODEL_OVERLOADED'],
      ['cut', 'MODEL_UNAVAILABLE'],
      ['end', 'MODEL_UNAVAILABLE'],
    ] as const)('fails when a stream breaks off (%s): %s', async (breakOff, code) => {
      const printed = vi.spyOn(console, 'error');
      const model = await serve({ pieces: ['half of '], breakOff });
      const pieces: string[] = [];
      const error = await errorOf(model.complete(request, { signal: open(), onDelta: (piece) => pieces.push(piece) }));
      expect(error.code).toBe(code);
      expect(neverConnected(error)).toBe(false);
      expect(printed).not.toHaveBeenCalled();
      printed.mockRestore();
    });

    it('does not follow a provider that sends it elsewhere', async () => {
      const elsewhere = await startScriptedProvider(wire);
      const model = await serve({ status: 307, headers: { location: `${elsewhere.url}${wire.chatPath}` } });
      expect((await errorOf(model.complete(request, { signal: open() }))).code).toBe('MODEL_UNAVAILABLE');
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    });

    it('ends the call at the provider when it is aborted, and rejects with the reason', async () => {
      const model = await serve({ pieces: ['first'], hang: true });
      const controller = new AbortController();
      const reason = new MeshError('REQUEST_CANCELLED', 'by the client');
      const call = model.complete(request, { signal: controller.signal, onDelta: () => controller.abort(reason) });
      await expect(call).rejects.toBe(reason);
      await server.clientGone;
    });

    it('rejects at once, and calls nobody, when it is aborted before', async () => {
      const model = await serve();
      const reason = new Error('too late');
      await expect(model.complete(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(server.requests).toEqual([]);
    });

    it('is ready when the provider has the model', async () => {
      const model = await serve();
      await model.ready(open());
      expect(model).toMatchObject({ model: 'small', where: 'cloud', host: new URL(server.url).host });
      server.models = ['another'];
      expect((await errorOf(model.ready(open()))).code).toBe('MODEL_MISSING');
      server.script = { ...server.script, status: 401 };
      expect((await errorOf(model.ready(open()))).code).toBe('MODEL_REJECTED');
    });

    it('is MODEL_UNAVAILABLE when nobody listens, and says that nothing was sent', async () => {
      const model = await serve();
      await server.close();
      for (const work of [() => model.ready(open()), () => model.complete(request, { signal: open() }), () => model.complete(request, { signal: open(), onDelta: () => undefined })]) {
        const error = await errorOf(work());
        expect(error.code).toBe('MODEL_UNAVAILABLE');
        expect(neverConnected(error)).toBe(true);
      }
    });
  });
}

it.each([['whole', {}], ['streamed', { onDelta: () => undefined }]] as const)('a model of Anthropic that takes a format is asked by it, and answers in text (%s)', async (_way, how) => {
  const server = await startScriptedProvider(anthropicWire);
  server.script = { ...server.script, pieces: ['{"answer"', ':"yes"}'] };
  const model = createCloudModel({ provider: 'anthropic', model: 'claude-sonnet-4-5', maxOutputTokens: 100 }, KEY, { baseUrl: server.url });
  expect((await model.complete({ ...request, schema, tools }, { signal: open(), ...how })).text).toBe('{"answer":"yes"}');
  expect(server.requests[0]?.body).toMatchObject({ output_config: { format: { type: 'json_schema', schema } }, tools: [{ name: 'get_order' }, { name: 'ping' }] });
  expect(server.requests[0]?.body['tool_choice']).toEqual({ type: 'auto' });
  await server.close();
});

for (const provider of ['openai', 'deepseek', 'qwen', 'openai-compatible'] as const) chatModelConformance(provider, openAiWire);
chatModelConformance('anthropic', anthropicWire);
