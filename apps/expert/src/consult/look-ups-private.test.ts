import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUpToolsOf } from '@switchyard/consultation';
import { ConsultJob } from '@switchyard/contracts';
import { buildWordMatcher, createLeakScreen } from '@switchyard/guardrail';
import { Budget, CloudCalls, Sealer } from '@switchyard/queue';
import { Chance, createLeakFinder, jobOf, MemoryContext, privateConversations, serve, startRedis, type Served, type TestRedis } from '@switchyard/testing';
import { createToolCaller } from '@switchyard/tools';
import { lookUpSite } from '../__fixtures__/look-up-site.js';
import { NOON } from '../__fixtures__/noon.js';
import { seeded, splitByChance, startScriptedProvider, type ScriptedProvider } from '../__fixtures__/scripted-provider.js';
import { PseudonymStore } from '../redact/pseudonym-store.js';
import { chooseExpertModels } from './choose-expert-models.js';
import { consultCloud } from './consult-cloud.js';
import { ModelChain } from './model-chain.js';

const ROUNDS = 40;

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: string | null }[];
}

/** The customer of one conversation asks; the backend answers with what the customer of another has written. */
describe(`${ROUNDS} messages with private values, for which a cloud model asks with all of their words and is told others`, () => {
  const conversations = privateConversations(new Chance('tools'), 2 * ROUNDS);
  const pairs = Array.from({ length: ROUNDS }, (_, round) => ({ asked: conversations[2 * round]?.messages[0] ?? '', stored: conversations[2 * round + 1]?.messages[0] ?? '' }));
  const leaksIn = createLeakFinder(conversations.flatMap(({ values }) => values));
  let server: TestRedis;
  let provider: ScriptedProvider;
  let shop: Served;
  let redis: Redis;
  let stored = '';
  const looked: string[] = [];
  const replies: string[] = [];
  const recorded: string[] = [];

  beforeAll(async () => {
    [server, provider, shop] = await Promise.all([startRedis(), startScriptedProvider(), serve((request, response) => {
      looked.push(new URL(request.url ?? '', 'http://shop').searchParams.get('phone') ?? '');
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ note: stored }));
    })]);
    redis = new Redis(server.url);
    const chance = seeded(11);
    provider.script = (body) => {
      const last = (JSON.parse(body) as Body).messages.at(-1);
      const content = last?.content ?? '';
      const usage = { prompt_tokens: 100, completion_tokens: 10 };
      return last?.role === 'tool' ? { pieces: splitByChance(/note: (.*)\n<\/result>/su.exec(content)?.[1] ?? '', chance, 9), usage } : { pieces: [], calls: [['find_orders', { phone: content }]], usage };
    };
    const site = lookUpSite(provider.url, (text) => text.replace('perDay: 5', 'perDay: 100000'));
    const choice = chooseExpertModels(site, 'allowed', { DEEPSEEK_API_KEY: 'sk' });
    const tools = { callTool: createToolCaller(lookUpToolsOf(site), { SHOP_URL: shop.url }), secrets: () => (createLeakScreen('', { names: [], publicTexts: () => [] })) };
    const tier = {
      site, tools, models: choice.usable ? new ModelChain(choice.usable) : choice, budget: new Budget(redis), calls: new CloudCalls(redis, 60_000), matcher: buildWordMatcher([]),
      pseudonyms: new PseudonymStore(redis, new Sealer([{ id: 'k', key: Buffer.alloc(32, 7) }]), () => 60_000), readMesh: () => Promise.reject(new Error('no rules')),
    };
    for (const [round, pair] of pairs.entries()) {
      ({ stored } = pair);
      const job = jobOf(ConsultJob, { replyLanguage: 'zh' }, { text: pair.asked, turns: [] }, { requestId: `r${round}`, conversationId: `c${round}`, deadlineAt: NOON + 20_000 });
      const context = new MemoryContext({ nowMs: NOON });
      await consultCloud(tier, { ...job, envelope: { ...job.envelope, trail: { ...job.envelope.trail, intent: { label: 'order_status', confidence: 1, source: 'model' } } } }, context);
      replies.push(context.replies[0]?.text ?? '');
      recorded.push(JSON.stringify(context.recorded));
    }
  }, 60_000);
  afterAll(async () => {
    redis.disconnect();
    await Promise.all([server.stop(), provider.close(), shop.stop()]);
  });

  it('reach the backend as the customer wrote them', () => expect(looked).toEqual(pairs.map(({ asked }) => asked)));

  it('come back to the customer as the backend has them', () => expect(replies).toEqual(pairs.map((pair) => pair.stored)));

  it('are shown to the provider in no call, and stand in no record', () => {
    expect(leaksIn([...looked, ...replies].join('\n')).length).toBeGreaterThan(2 * ROUNDS);
    expect(provider.received).toHaveLength(2 * ROUNDS);
    expect(provider.received.join('\n').match(/<[A-Z_]+_\d+>/g)?.length ?? 0).toBeGreaterThan(3 * ROUNDS);
    expect([leaksIn(provider.received.join('\n')), leaksIn(recorded.join('\n'))]).toEqual([[], []]);
  });
});
