import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { createOllamaChatModel, openOllamaEmbedder, poolModels } from '@switchyard/local-models';
import { waitFor } from '@switchyard/testing';
import type { EngineModel } from './engine-model.ts';
import { startEngineServer, type EngineServer } from './engine-server.ts';
import { whyNoEngine } from './find-engine.ts';
import { encodeTinyAdapter, encodeTinyModel } from './tiny-model.ts';

const missing = whyNoEngine();
const open = (): AbortSignal => new AbortController().signal;
const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [{ role: 'user', content }], maxTokens: 64, ...more });
/** Of text of this form no end comes before 400 tokens. */
const LONG = { type: 'array', items: { type: 'integer' }, minItems: 200 };

it('writes the same model and adapter every time, of a few megabytes', () => {
  expect(encodeTinyModel().equals(encodeTinyModel())).toBe(true);
  expect(encodeTinyModel().length + encodeTinyAdapter().length).toBeLessThan(4e6);
});

describe.skipIf(missing !== undefined)(`the Ollama adapters with a real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: EngineServer;
  let model: ChatModel;
  let engine: EngineModel;
  beforeAll(async () => {
    server = await startEngineServer({ slots: 4, queue: 2 });
    model = createOllamaChatModel({ url: server.url, model: 'tiny' });
    engine = server.engine.models[0].chat;
  });
  afterAll(() => server?.close());

  it('stream an answer in whole characters, with its token counts', async () => {
    await model.ready(open());
    const pieces: string[] = [];
    const answer = await model.complete(ask('订单到哪了？龘'), { signal: open(), onDelta: (piece) => pieces.push(piece) });
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(answer.text);
    expect(answer.text).toMatch(/^[^\uFFFD]+$/);
    expect(answer).toMatchObject({ finish: 'stop', tokensOut: engine.calls.at(-1)?.tokens });
    // A beginning, `user: `, four characters that it has a token for, and the others in bytes.
    expect(answer.tokensIn).toBeGreaterThan(10);
  });

  it('get the same answer for the same question, and no more than they asked for', async () => {
    const whole = await model.complete(ask('hello'), { signal: open() });
    const cut = await model.complete(ask('hello', { maxTokens: 3 }), { signal: open() });
    expect((await model.complete(ask('hello'), { signal: open() })).text).toBe(whole.text);
    expect(cut).toMatchObject({ finish: 'length', tokensOut: 3 });
    expect(whole.text.startsWith(cut.text)).toBe(true);
  });

  it('get JSON of their schema, at a temperature at which the text would be none', async () => {
    const schema = { type: 'object', properties: { answer: { type: 'string', maxLength: 40 }, needs: { enum: ['nothing', 'human'] }, sure: { type: 'boolean' } }, required: ['answer', 'needs', 'sure'], additionalProperties: false };
    const texts = new Set<string>();
    for (let at = 0; at < 5; at++) {
      const { text, finish } = await model.complete(ask('hello', { schema, temperature: 2, maxTokens: 400 }), { signal: open() });
      expect(finish).toBe('stop');
      expect(JSON.parse(text)).toEqual({ answer: expect.any(String), needs: expect.stringMatching(/^(?:nothing|human)$/), sure: expect.any(Boolean) });
      texts.add(text);
    }
    expect(texts.size).toBeGreaterThan(1);
  });

  it('have their calls computed together, each as if it were alone', async () => {
    const questions = ['hello', '退货', 'order 12', '发票'].map((content) => ask(content, { schema: LONG, maxTokens: 60 }));
    const alone: string[] = [];
    for (const question of questions) alone.push((await model.complete(question, { signal: open() })).text);
    const before = engine.order.length;
    const together = await Promise.all(questions.map((question) => model.complete(question, { signal: open() })));
    expect(together.map((one) => one.text)).toEqual(alone);
    // Turn by turn, a token each: not one call after the other.
    const turns = engine.order.slice(before).filter((call, at, all) => call !== all[at - 1]);
    expect(turns.length).toBeGreaterThan(100);
  });

  it('end a call at the engine when it is aborted, and its slot is free for the next', async () => {
    const controller = new AbortController();
    const reason = new Error('superseded');
    const calls = engine.calls.length;
    await expect(model.complete(ask('hello', { schema: LONG, maxTokens: 4_000 }), { signal: controller.signal, onDelta: () => controller.abort(reason) })).rejects.toBe(reason);
    const call = engine.calls[calls];
    await waitFor(() => call?.ended !== undefined);
    expect(call?.ended?.how).toBe('aborted');
    const computed = engine.order.length;
    await model.complete(ask('hello'), { signal: open() });
    expect(engine.order.slice(computed)).not.toContain(call);
  });

  it('are told that it is busy when its queue is full, and wait in a pool instead', async () => {
    const controller = new AbortController();
    const working = Array.from({ length: 6 }, () => model.complete(ask('hello', { schema: LONG, maxTokens: 4_000 }), { signal: controller.signal }).catch((error: unknown) => error));
    await waitFor(() => engine.running === 4 && engine.waiting === 2);
    await expect(model.complete(ask('hello'), { signal: open() })).rejects.toMatchObject({ code: 'MODEL_OVERLOADED' });
    controller.abort(new Error('enough'));
    await Promise.all(working);
    await waitFor(() => engine.running === 0 && engine.waiting === 0);
    const pool = poolModels([model], { slots: 4 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => pool.complete(ask('hello'), { signal: open() })));
    expect(new Set(answers.map((one) => one.text)).size).toBe(1);
  });

  it('get unit vectors: the same for the same text, near for the like', async () => {
    const embedder = await openOllamaEmbedder({ url: server.url, model: 'tiny' }, open());
    const [refund, again, like, other] = await embedder.embed(['退款已经到账', '退款已经到账', '退款到账', 'hello there'], open());
    expect(refund).toEqual(again);
    const dot = (left?: Float32Array, right?: Float32Array): number => Array.from(left ?? [], (value, at) => value * (right?.[at] ?? 0)).reduce((sum, one) => sum + one, 0);
    expect(dot(refund, refund)).toBeCloseTo(1, 5);
    expect(dot(refund, like)).toBeGreaterThan(dot(refund, other) + 0.3);
  });

  it('get another answer of the model with its LoRA adapter', async () => {
    const adapted = createOllamaChatModel({ url: server.url, model: 'tiny-adapted' });
    const { text } = await adapted.complete(ask('hello'), { signal: open() });
    expect(text).toBe('退款已经到账。');
    expect((await model.complete(ask('hello'), { signal: open() })).text).not.toBe(text);
  });

  it('say what is wrong: no such model, too long a prompt', async () => {
    const none = createOllamaChatModel({ url: server.url, model: 'large' });
    await expect(none.ready(open())).rejects.toMatchObject({ code: 'MODEL_MISSING', detail: expect.stringContaining('ollama pull large') });
    await expect(model.complete(ask('x'.repeat(5_000)), { signal: open() })).rejects.toMatchObject({ code: 'MODEL_REJECTED' });
  });

  it('meet a server as the official client knows it', async () => {
    const client = new Ollama({ host: server.url });
    expect((await client.list()).models.map((one) => one.name)).toEqual(['tiny:latest', 'tiny-adapted:latest']);
    expect((await client.show({ model: 'tiny' })).details.family).toBe('llama');
    const reply = await client.chat({ model: 'tiny', messages: [{ role: 'user', content: 'hello' }], options: { temperature: 0 } });
    expect(reply).toMatchObject({ done: true, done_reason: 'stop', message: { role: 'assistant', content: (await model.complete(ask('hello'), { signal: open() })).text } });
    expect((await client.embed({ model: 'tiny', input: 'hello' })).embeddings).toHaveLength(1);
    await expect(client.chat({ model: 'large', messages: [{ role: 'user', content: 'hello' }] })).rejects.toMatchObject({ status_code: 404 });
  });
});
