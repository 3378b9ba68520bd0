import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AnswerJob, ConsultJob } from '@switchyard/contracts';
import { buildWordMatcher } from '@switchyard/guardrail';
import { Budget, CloudCalls, Sealer, spendKey } from '@switchyard/queue';
import { jobOf, MemoryContext, startRedis, type MemoryContextOptions, type TestRedis } from '@switchyard/testing';
import { expertSite } from '../__fixtures__/expert-site.js';
import { NOON } from '../__fixtures__/noon.js';
import { startScriptedProvider, type ScriptedProvider } from '../__fixtures__/scripted-provider.js';
import { PseudonymStore } from '../redact/pseudonym-store.js';
import { chooseExpertModels } from './choose-expert-models.js';
import { consultCloud, type ExpertTier } from './consult-cloud.js';
import { ModelChain } from './model-chain.js';

let server: TestRedis;
let redis: Redis;
let first: ScriptedProvider;
let second: ScriptedProvider;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  [first, second] = await Promise.all([startScriptedProvider(), startScriptedProvider()]);
});
afterEach(async () => void (await Promise.all([first.close(), second.close()])));

const SECOND = (url: string): string => `    - { provider: openai-compatible, model: second, baseUrl: '${url}', apiKeyEnv: SECOND_KEY, maxOutputTokens: 100, price: { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-01-01' } }\n`;
const RULES = `
  - { name: expert_away_local, on: expert_unavailable, when: { available.localModel: true, task: creative }, then: { to: worker } }
  - { name: expert_away_text, on: expert_unavailable, then: { to: say, text: { zh: 现在只能简单回答。, en: 'In short, since our best writer is away: please try again later.' } } }
`;

function tierOf({ chain = true, rules = '', localModel = false }: { readonly chain?: boolean; readonly rules?: string; readonly localModel?: boolean } = {}): ExpertTier {
  const site = expertSite(first.url, (files) => ({
    ...files,
    'site.yaml': (files['site.yaml'] ?? '').replace('texts:\n', `${chain ? SECOND(second.url) : ''}texts:\n`),
    'rules/rules.yaml': `${files['rules/rules.yaml'] ?? ''}${rules}`,
  }));
  const choice = chooseExpertModels(site, 'allowed', { DEEPSEEK_API_KEY: 'sk-1', SECOND_KEY: 'sk-2' });
  if (!choice.usable) throw new Error('no model');
  return {
    site,
    models: new ModelChain(choice.usable, 60_000),
    budget: new Budget(redis),
    calls: new CloudCalls(redis, 60_000),
    pseudonyms: new PseudonymStore(redis, new Sealer([{ id: 'k', key: Buffer.alloc(32) }]), () => 60_000),
    matcher: buildWordMatcher(site.words),
    readMesh: async () => ({ budgetLeftUsd: 1, backlog: {}, oldestMs: {}, available: { localModel, expert: true }, egress: 'allowed' }),
  };
}

let requests = 0;
async function consult(tier: ExpertTier, options: MemoryContextOptions = {}, trail: object = {}): Promise<MemoryContext> {
  const context = new MemoryContext({ nowMs: NOON, ...options });
  const job = jobOf(ConsultJob, { replyLanguage: 'en' }, { text: 'Write me a poem.', turns: [] }, { requestId: `r${++requests}`, tenant: 'demo', deadlineAt: NOON + 20_000, ...trail });
  await consultCloud(tier, job, context);
  return context;
}
const spent = async (): Promise<number> => Number((await redis.get(spendKey('demo', '2026-03-01'))) ?? 0);

describe('a chain of cloud models', () => {
  it.each([[503], [429], [500]])('asks the next model where the first answers %i, and names the one that answered', async (status) => {
    first.script = { pieces: [], status };
    second.script = { pieces: ['Roses.'], usage: { prompt_tokens: 1_000, completion_tokens: 100 } };
    const context = await consult(tierOf());
    expect(context.replies[0]).toMatchObject({ outcome: 'answered', tier: 'expert', text: 'Roses.', trail: { leftSite: true, models: [{ model: 'deepseek-chat', host: new URL(first.url).host, tokensIn: 0, tokensOut: 0, costUsd: 0 }, { model: 'second', costUsd: 0.0012 }] } });
    expect(context.recorded.map(({ step }) => step)).toEqual(['redacted', 'budget_reserved', 'model_called', 'budget_reserved', 'model_called', 'screened', 'answered']);
    expect(await spent()).toBeCloseTo(0.0012, 9);
  });

  it('asks nobody else where the provider refuses, or where the customer has read a beginning', async () => {
    first.script = { pieces: [], status: 400 };
    expect((await consult(tierOf())).replies[0]).toMatchObject({ outcome: 'handed_over', error: { code: 'MODEL_REJECTED' } });
    first.script = { pieces: ['Half an '], cut: true };
    await expect(consult(tierOf())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(second.received).toEqual([]);
  });

  it('takes the dearer model’s place where the tenant has money for the cheaper one only', async () => {
    await redis.set(spendKey('demo', '2026-03-01'), '4.998');
    second.script = { pieces: ['Cheap.'], usage: { prompt_tokens: 10, completion_tokens: 1 } };
    const context = await consult(tierOf());
    expect(context.replies[0]).toMatchObject({ outcome: 'answered', text: 'Cheap.' });
    expect(first.received).toEqual([]);
  });

  it('leaves a provider alone that has failed five times, and says so in the record', async () => {
    first.script = { pieces: [], status: 503 };
    const tier = tierOf();
    for (let one = 0; one < 8; one++) await consult(tier);
    expect(first.received).toHaveLength(5);
    expect(second.received).toHaveLength(8);
    expect((await consult(tier)).recorded).toContainEqual({ step: 'model_skipped', facts: { model: 'deepseek-chat', host: new URL(first.url).host, reason: 'breaker_open' } });
  });

  it('is closed for calls when every model was in trouble', async () => {
    first.script = { pieces: [], status: 503 };
    const tier = tierOf({ chain: false });
    for (let one = 0; one < 5; one++) await consult(tier, { attempt: 3 });
    expect(tier.models).toMatchObject({ isOpenForCalls: false });
    const context = await consult(tier);
    expect(context.replies[0]).toMatchObject({ outcome: 'handed_over', error: { code: 'MODEL_UNAVAILABLE' }, trail: {} });
    expect(first.received).toHaveLength(5);
  });

  it('lets the queue repeat a tenth of the consultations, and two at the start', async () => {
    first.script = { pieces: [], status: 500 };
    let repeated = 0;
    const tier = tierOf({ chain: false });
    for (let one = 0; one < 4; one++) await consult(tier).catch(() => (repeated += 1));
    expect(repeated).toBe(2);
  });
});

describe('where the expert cannot be asked', () => {
  it('the site’s rules say who answers instead', async () => {
    first.script = { pieces: [], status: 503 };
    const context = await consult(tierOf({ chain: false, rules: RULES }), { attempt: 3 });
    expect(context.replies[0]).toMatchObject({ outcome: 'answered', tier: 'none', text: /^In short/, trail: { leftSite: true, rules: ['expert_away_text'] } });
    expect(context.recorded.find(({ step }) => step === 'escalated')?.facts).toEqual({ moment: 'expert_unavailable', reason: 'model_failed' });
  });

  it('a local model can be among them, and never the expert again', async () => {
    first.script = { pieces: [], status: 503 };
    const trail = { trail: { rules: ['all'], redactions: {}, leftSite: false, models: [], timings: {}, task: 'creative' } };
    const context = await consult(tierOf({ chain: false, rules: RULES, localModel: true }), { attempt: 3 }, trail);
    expect(context.forwarded[0]).toMatchObject({ kind: AnswerJob.kind });
    const circle = `\n  - { name: again, on: expert_unavailable, then: { to: expert } }\n`;
    expect((await consult(tierOf({ chain: false, rules: circle }), { attempt: 3 })).replies[0]).toMatchObject({ outcome: 'handed_over', trail: { rules: ['again', 'builtin.hops'] } });
  });
});
