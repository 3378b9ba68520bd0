import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModel } from '@switchyard/contracts';
import { findLocalModel } from '@switchyard/local-models';
import { isInCanary } from '@switchyard/routing';
import { startEngineServer, type EngineServer } from './engine-server.ts';
import { whyNoEngine } from './find-engine.ts';

const missing = whyNoEngine();
const open = (): AbortSignal => new AbortController().signal;
const say = async (model: ChatModel | undefined, variant?: 'base' | 'canary') => model?.complete({ messages: [{ role: 'user', content: 'hello' }], maxTokens: 64 }, { signal: open(), ...(variant ? { variant } : {}) });
/** All that the adapter was made from. */
const ADAPTED = '退款已经到账。';

describe.skipIf(missing !== undefined)(`a LoRA adapter at a real engine${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: EngineServer;
  beforeAll(async () => void (server = await startEngineServer({ slots: 2 })));
  afterAll(() => server?.close());
  const find = (kind: string, more: Omit<Parameters<typeof findLocalModel>[0], 'ollamaUrl' | 'openAiCompatibleUrl'>) =>
    findLocalModel({ ...(kind === 'Ollama' ? { ollamaUrl: server.url } : { openAiCompatibleUrl: `${server.url}/v1` }), onSiteOnly: true, ...more });

  describe.each(['Ollama', 'OpenAI-compatible'])('behind the interface of %s', (kind) => {
    it('answers in the place of its base, under the names of both', async () => {
      const [plain, adapted] = [await find(kind, { model: 'tiny' }), await find(kind, { model: 'tiny', adapter: 'tiny-adapted' })];
      await adapted?.ready(open());
      expect(adapted).toMatchObject({ model: 'tiny', adapter: 'tiny-adapted' });
      expect((await say(adapted))?.text).toBe(ADAPTED);
      expect((await say(plain))?.text).not.toBe(ADAPTED);
    });

    it('is missing where there is none of its name, where it is one of another model, and where its name is a model\'s', async () => {
      for (const [model, adapter] of [['tiny', 'tone'], ['tiny-adapted', 'tiny-adapted'], ['tiny', 'tiny']] as const) {
        const found = await find(kind, { model, adapter });
        await expect(found?.ready(open()), `${model} with ${adapter}`).rejects.toMatchObject({ code: 'MODEL_MISSING' });
        await expect(say(found), `${model} with ${adapter}`).rejects.toMatchObject({ code: 'MODEL_MISSING' });
      }
    });

    it('is a canary: both run in one engine, and each conversation has its own of them', async () => {
      const model = await find(kind, { model: 'tiny', canary: { model: 'tiny', adapter: 'tiny-adapted' } });
      await model?.canary?.ready(open());
      const told = await Promise.all(Array.from({ length: 12 }, async (_, at) => {
        const variant = isInCanary('demo', `c${at}`, 0.5) ? 'canary' : 'base';
        const { text, by } = (await say(model, variant)) ?? {};
        return { variant, by: by?.variant, isAdapted: text === ADAPTED };
      }));
      expect(new Set(told.map(({ variant }) => variant)).size).toBe(2);
      for (const { variant, by, isAdapted } of told) expect({ by, isAdapted }).toEqual({ by: variant, isAdapted: variant === 'canary' });
    });

    it('is served by its base where the engine has it not', async () => {
      const model = await find(kind, { model: 'tiny', canary: { model: 'tiny', adapter: 'tone' } });
      const answer = await say(model, 'canary');
      expect(answer).toMatchObject({ by: { model: 'tiny', variant: 'canary_away' } });
      expect(answer?.text).not.toBe(ADAPTED);
    });
  });
});
