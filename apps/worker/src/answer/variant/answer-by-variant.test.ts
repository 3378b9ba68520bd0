import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLoop } from '@switchyard/config';
import { createWordScreen } from '@switchyard/guardrail';
import { findLocalModel } from '@switchyard/local-models';
import { isInCanary } from '@switchyard/routing';
import { registry } from '@switchyard/telemetry';
import { MemoryContext, startScriptedOllama, type ScriptedOllama } from '@switchyard/testing';
import { answerJob } from '../../__fixtures__/answer-job.js';
import { shopSite } from '../../__fixtures__/shop-site.js';
import { createEscalate } from '../escalate.js';
import { createPromptSecrets } from '../prompt-secrets.js';
import { createScreenAnswer } from '../screen-answer.js';
import { answerByVariant, type VariantTier } from './answer-by-variant.js';

let ollama: ScriptedOllama;
beforeEach(async () => {
  ollama = await startScriptedOllama([JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: 'Hello.' })]);
  ollama.models = ['small', 'tuned'];
});
afterEach(() => ollama.stop());

const site = shopSite();
const SHARE = 0.3;

async function tierOf(canaryShare: number, kept: string[] = []): Promise<VariantTier> {
  return {
    site,
    model: await findLocalModel({ ollamaUrl: ollama.url, model: 'small', canary: { model: 'tuned' } }),
    canaryShare,
    answers: { keep: (_envelope, { text }) => Promise.resolve(kept.push(text) > 0) },
    screen: createScreenAnswer(createWordScreen(site.words, eventLoop)),
    secrets: createPromptSecrets(site),
    callTool: () => Promise.reject(new Error('no tool is offered')),
    escalate: createEscalate({ site, readMesh: () => Promise.resolve({ egress: 'blocked', available: { localModel: true, expert: false } }) }),
  };
}

/** One message of a conversation, and what was recorded of it. */
async function send(tier: VariantTier, conversationId: string): Promise<MemoryContext> {
  const context = new MemoryContext();
  const job = answerJob({ body: { mode: 'model', replyLanguage: 'en' }, private: { text: 'hi' } });
  await answerByVariant(tier, { ...job, envelope: { ...job.envelope, conversationId } }, context);
  return context;
}
const factsOf = (context: MemoryContext, step: string) => context.recorded.filter((one) => one.step === step).map((one) => one.facts);
const count = async (name: string, labels: Record<string, string>): Promise<number> =>
  ((await registry.getSingleMetric(name)?.get())?.values ?? []).filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value)).reduce((sum, one) => sum + one.value, 0);

describe('a site that tries a second model', () => {
  it('gives each conversation the same of the two in every message, and the canary its share of them', async () => {
    const tier = await tierOf(SHARE);
    const conversations = Array.from({ length: 24 }, (_, at) => `c${at}`);
    for (const conversation of [...conversations, ...conversations]) await send(tier, conversation);
    const wanted = conversations.map((one) => (isInCanary('demo', one, SHARE) ? 'tuned' : 'small'));
    expect(ollama.chats.map((chat) => chat.model)).toEqual([...wanted, ...wanted]);
    expect(new Set(wanted).size).toBe(2);
  });

  it('says in record and receipt which one has answered', async () => {
    const context = await send(await tierOf(1), 'c1');
    expect(factsOf(context, 'model_called')).toMatchObject([{ model: 'tuned', variant: 'canary', attempt: 'first' }]);
    expect(factsOf(context, 'answered')).toMatchObject([{ model: 'tuned', variant: 'canary' }]);
    expect(context.replies[0]?.trail?.models).toEqual([{ model: 'tuned', variant: 'canary', where: 'local', host: new URL(ollama.url).host, tokensIn: 30, tokensOut: 7, costUsd: 0 }]);
  });

  it('serves a conversation of a canary that is away with the model, and says so', async () => {
    const tier = await tierOf(1);
    ollama.models = ['small'];
    for (const conversation of ['c1', 'c2']) {
      const context = await send(tier, conversation);
      expect(context.replies).toMatchObject([{ outcome: 'answered', text: 'Hello.', trail: { models: [{ model: 'small', variant: 'canary_away' }] } }]);
      expect(factsOf(context, 'model_called')).toMatchObject([{ model: 'small', variant: 'canary_away' }]);
    }
  });

  it('keeps no answer of the canary for others, and those of the model as ever', async () => {
    const kept: string[] = [];
    await send(await tierOf(1, kept), 'c1');
    expect(kept).toEqual([]);
    await send(await tierOf(0, kept), 'c1');
    expect(kept).toEqual(['Hello.']);
  });

  it('counts calls, repairs, tokens and how messages ended for each of them', async () => {
    const tier = await tierOf(1);
    const of = { model: 'tuned', adapter: '', variant: 'canary' };
    const read = async () => ({
      first: await count('switchyard_local_model_calls_total', { ...of, attempt: 'first' }),
      repair: await count('switchyard_local_model_calls_total', { ...of, attempt: 'repair' }),
      out: await count('switchyard_local_model_tokens_total', { ...of, direction: 'out' }),
      answered: await count('switchyard_local_model_messages_total', { ...of, end: 'answered' }),
      doubtful: await count('switchyard_local_model_messages_total', { ...of, end: 'low_confidence' }),
    });
    const before = await read();
    ollama.outputs = ['no JSON', JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: 'Hello.' }), JSON.stringify({ answer: 'Perhaps.', confidence: 0.1, needs: 'nothing' })];
    await send(tier, 'c1');
    await send(tier, 'c1');
    const after = await read();
    expect(Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name as keyof typeof before]]))).toEqual({ first: 2, repair: 1, out: 21, answered: 1, doubtful: 1 });
  });
});

it('a site without one records neither variant nor adapter', async () => {
  const tier = { ...(await tierOf(1)), model: await findLocalModel({ ollamaUrl: ollama.url, model: 'small' }) };
  const context = await send(tier, 'c1');
  expect(factsOf(context, 'model_called')[0]).toEqual({ model: 'small', host: new URL(ollama.url).host, attempt: 'first', finish: 'stop', tokensIn: 30, tokensOut: 7 });
});
