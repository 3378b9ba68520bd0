import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { createOllamaChatModel, poolModels } from '@switchyard/local-models';
import { Chance, waitFor } from '@switchyard/testing';
import type { EngineCall, EngineModel } from './engine-model.ts';
import { startEngineServer, type EngineServer } from './engine-server.ts';
import { whyNoEngine } from './find-engine.ts';

const missing = whyNoEngine();
const open = (): AbortSignal => new AbortController().signal;
const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [{ role: 'user', content }], maxTokens: 64, ...more });
const object = (properties: Record<string, object>): Record<string, unknown> => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
const short = { type: 'string', maxLength: 30 };
const SCHEMAS = [
  object({ answer: short, confidence: { type: 'number' }, needs: { type: 'string', enum: ['nothing', 'knowledge', 'expert', 'human'] } }),
  object({ sentences: { type: 'array', maxItems: 3, items: object({ text: short, passage: { type: 'integer' }, quote: short }) }, needs: { enum: ['nothing', 'human'] } }),
  object({ action: { const: 'order_status' }, args: object({ order_id: short, gift: { type: 'boolean' } }) }),
  { type: 'array', items: { type: 'string', maxLength: 10 }, minItems: 1, maxItems: 4 },
] as const satisfies readonly Record<string, unknown>[];
const LONG = { type: 'array', items: { type: 'integer' }, minItems: 400 };

describe.skipIf(missing !== undefined)(`the Ollama adapter under load, with a real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: EngineServer;
  let model: ChatModel;
  let engine: EngineModel;
  beforeAll(async () => {
    server = await startEngineServer({ slots: 4 });
    model = createOllamaChatModel({ url: server.url, model: 'tiny' });
    engine = server.engine.models[0].chat;
  }, 30_000);
  afterAll(() => server?.close());

  it('gets JSON of every schema, at a temperature at which the text would be none', async () => {
    const pool = poolModels([model], { slots: 4 });
    const ajv = new Ajv({ strict: false });
    const unfit = await Promise.all(
      Array.from({ length: 120 }, async (_, at) => {
        const schema = SCHEMAS[at % SCHEMAS.length] ?? SCHEMAS[0];
        const { text, finish } = await pool.complete(ask(`message ${at}`, { schema, temperature: 2, maxTokens: 2_000 }), { signal: open() });
        return finish === 'stop' && ajv.validate(schema, JSON.parse(text)) ? [] : [{ at, finish, text }];
      }),
    );
    expect(unfit.flat()).toEqual([]);
  }, 120_000);

  it('has an aborted call ended at the engine within 200 ms (the median of 21; the latest within 2 s)', async () => {
    const late: number[] = [];
    for (let at = 0; at < 21; at++) {
      const controller = new AbortController();
      const calls = engine.calls.length;
      let abortedAt = 0;
      const onDelta = (): void => {
        // In the midst of it.
        if (abortedAt > 0 || (engine.calls[calls]?.tokens ?? 0) < 5) return;
        abortedAt = performance.now();
        controller.abort(new Error('superseded'));
      };
      await expect(model.complete(ask('hello', { schema: LONG, maxTokens: 3_000 }), { signal: controller.signal, onDelta })).rejects.toThrow('superseded');
      const call = engine.calls[calls];
      await waitFor(() => call?.ended !== undefined);
      expect(call?.ended?.how).toBe('aborted');
      late.push((call?.ended?.at ?? Infinity) - abortedAt);
    }
    late.sort((left, right) => left - right);
    expect(late[10]).toBeLessThan(200);
    expect(late.at(-1)).toBeLessThan(2_000);
  }, 60_000);

  it('loses no call and keeps no slot among 200, a third of them aborted somewhere', async () => {
    const chance = new Chance('engine calls');
    const pool = poolModels([model], { slots: 4 });
    const before = engine.calls.length;
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const controller = new AbortController();
        const abortAt = at % 3 === 0 ? chance.below(6) : Infinity;
        let pieces = 0;
        const stop = (): void => controller.abort(new Error(`stopped ${at}`));
        if (abortAt === 0) setImmediate(stop);
        const form = at % 5 === 0 ? {} : { schema: chance.pick(SCHEMAS) };
        const request = ask(`message ${at}`, { temperature: 1, maxTokens: 300, ...form });
        return pool.complete(request, { signal: controller.signal, onDelta: () => ++pieces >= abortAt && stop() }).then(
          ({ finish }) => finish,
          (error: unknown) => (error instanceof Error && error.message === `stopped ${at}` ? 'aborted' : error),
        );
      }),
    );
    expect(outcomes.filter((one) => one !== 'stop' && one !== 'length' && one !== 'aborted')).toEqual([]);
    expect(outcomes.filter((one) => one === 'aborted').length).toBeGreaterThan(40);
    await waitFor(() => engine.running === 0 && engine.waiting === 0);
    const how = (wanted: NonNullable<EngineCall['ended']>['how']): number => engine.calls.slice(before).filter((call) => call.ended?.how === wanted).length;
    expect(how('failed')).toBe(0);
    expect(how('stop') + how('length')).toBeGreaterThanOrEqual(outcomes.filter((one) => one !== 'aborted').length);
    // All four slots still work.
    const four = await Promise.all(Array.from({ length: 4 }, () => model.complete(ask('hello'), { signal: open() })));
    expect(new Set(four.map((one) => one.text)).size).toBe(1);
  }, 120_000);
});
