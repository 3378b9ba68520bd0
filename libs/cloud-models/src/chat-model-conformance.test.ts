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

    it('asks for JSON where a schema is given', async () => {
      const model = await serve({ pieces: ['{"answer":"yes"}'] });
      const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false };
      await model.complete({ ...request, schema }, { signal: open(), onDelta: () => undefined });
      expect(JSON.stringify(chatCalls()[0]?.body)).toMatch(/json_schema|json_object|"name":"json"|input_schema/);
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

for (const provider of ['openai', 'deepseek', 'qwen', 'openai-compatible'] as const) chatModelConformance(provider, openAiWire);
chatModelConformance('anthropic', anthropicWire);
