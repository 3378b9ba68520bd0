import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAiCompatibleChatModel, openOpenAiCompatibleEmbedder } from '@switchyard/local-models';
import { waitFor } from '@switchyard/testing';
import { startEngineServer, type EngineServer } from './engine-server.ts';
import { whyNoEngine } from './find-engine.ts';

const missing = whyNoEngine();
const open = (): AbortSignal => new AbortController().signal;

describe.skipIf(missing !== undefined)(`the OpenAI-compatible interface of a real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: EngineServer;
  beforeAll(async () => void (server = await startEngineServer({ slots: 1, queue: 0 })));
  afterAll(() => server?.close());
  const post = (path: string, body: object): Promise<Response> => fetch(`${server.url}/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const chat = (more: object): Promise<Response> => post('chat/completions', { model: 'tiny', temperature: 0, messages: [{ role: 'user', content: 'hello' }], ...more });

  it('lists the adapter beside its base, as vLLM does', async () => {
    const { data } = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: unknown[] };
    expect(data).toMatchObject([{ id: 'tiny', parent: null }, { id: 'tiny-adapted', parent: 'tiny' }]);
  });

  it('gives whole what it streams, and tells the usage of a stream only where that is asked for', async () => {
    const whole = (await (await chat({})).json()) as { choices: { message: { content: string } }[]; usage: unknown };
    const events = async (more: object): Promise<Record<string, unknown>[]> => (await (await chat({ stream: true, ...more })).text()).split('\n\n').filter((one) => one.startsWith('data: {')).map((one) => JSON.parse(one.slice(6)) as Record<string, unknown>);
    const streamed = (await events({ stream_options: { include_usage: true } })) as { choices: { delta: { content: string } }[]; usage?: unknown }[];
    expect(streamed.map((one) => one.choices[0]?.delta.content ?? '').join('')).toBe(whole.choices[0]?.message.content);
    expect(streamed.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect((await events({})).filter((one) => 'usage' in one)).toEqual([]);
  });

  it('says what is wrong as OpenAI does: 404, 400, and 503 while all of its slots are taken', async () => {
    expect((await chat({ model: 'large' })).status).toBe(404);
    expect((await chat({ messages: [] })).status).toBe(400);
    expect((await chat({ messages: [{ role: 'user', content: 'x'.repeat(5_000) }] })).status).toBe(400);
    const controller = new AbortController();
    const model = createOpenAiCompatibleChatModel({ url: server.url, model: 'tiny' });
    const schema = { type: 'array', items: { type: 'integer' }, minItems: 400 };
    const working = model.complete({ messages: [{ role: 'user', content: 'hello' }], schema, maxTokens: 3_000 }, { signal: controller.signal }).catch((error: unknown) => error);
    await waitFor(() => server.engine.models[0].chat.running === 1);
    await expect(model.complete({ messages: [], maxTokens: 1 }, { signal: open() })).rejects.toMatchObject({ code: 'MODEL_REJECTED' });
    await expect(model.complete({ messages: [{ role: 'user', content: 'hi' }], maxTokens: 1 }, { signal: open() })).rejects.toMatchObject({ code: 'MODEL_OVERLOADED' });
    controller.abort(new Error('enough'));
    expect(await working).toBe(controller.signal.reason);
  });

  it('makes vectors as the interface of Ollama does, and counts their tokens', async () => {
    const embedder = await openOpenAiCompatibleEmbedder({ url: server.url, model: 'tiny' }, open());
    const [refund, other] = await embedder.embed(['退款已经到账', 'hello there'], open());
    const ollama = (await (await fetch(`${server.url}/api/embed`, { method: 'POST', body: JSON.stringify({ model: 'tiny', input: '退款已经到账' }) })).json()) as { embeddings: number[][] };
    expect(Array.from(refund ?? []).every((value, at) => Math.abs(value - (ollama.embeddings[0]?.[at] ?? 9)) < 1e-5)).toBe(true);
    expect(other).not.toEqual(refund);
    const { usage } = (await (await post('embeddings', { model: 'tiny', input: ['hello', 'hi'] })).json()) as { usage: { prompt_tokens: number } };
    expect(usage.prompt_tokens).toBe('hellohi'.length);
  });
});
