import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsultJob, emptyTrail, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { buildWordMatcher } from '@switchyard/guardrail';
import { Budget, CloudCalls, holdsKey, Sealer, spendKey, type MeshFacts } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { jobOf, MemoryContext, startRedis, type MemoryContextOptions, type TestRedis } from '@switchyard/testing';
import { expertSite } from '../__fixtures__/expert-site.js';
import { NOON } from '../__fixtures__/noon.js';
import { seeded, splitByChance, startScriptedProvider, type Script, type ScriptedProvider } from '../__fixtures__/scripted-provider.js';
import { PseudonymStore } from '../redact/pseudonym-store.js';
import { chooseExpertModels, type ModelChoice } from './choose-expert-models.js';
import { consultCloud, type ExpertTier } from './consult-cloud.js';
import { ModelChain } from './model-chain.js';

let server: TestRedis;
let redis: Redis;
let provider: ScriptedProvider;
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
  provider = await startScriptedProvider();
});
afterEach(() => provider.close());

const sealer = new Sealer([{ id: 'k', key: Buffer.alloc(32, 7) }]);

function tierOf(egress: 'allowed' | 'blocked' = 'allowed', keys: Record<string, string> = { DEEPSEEK_API_KEY: 'sk-secret' }): ExpertTier {
  const site = expertSite(provider.url);
  return tierFor(site, chooseExpertModels(site, egress, keys));
}
function tierFor(site: Site, choice: ModelChoice): ExpertTier {
  const readMesh = async (): Promise<MeshFacts> => ({ budgetLeftUsd: 1, backlog: {}, oldestMs: {}, available: { localModel: true, expert: true }, egress: 'allowed' });
  return { site, models: choice.usable ? new ModelChain(choice.usable) : choice, budget: new Budget(redis), calls: new CloudCalls(redis, 60_000), pseudonyms: new PseudonymStore(redis, sealer, () => 60_000), matcher: buildWordMatcher(site.words), readMesh };
}

interface Consultation {
  readonly requestId?: string;
  readonly tenant?: string;
  readonly language?: 'zh' | 'en';
  readonly private: Partial<JobInput<typeof ConsultJob>['private']> & { text: string };
}
const consultJob = ({ requestId = 'req1', tenant = 'demo', language = 'en', private: own }: Consultation): JobInput<typeof ConsultJob> =>
  jobOf(ConsultJob, { replyLanguage: language }, { turns: [], ...own }, { requestId, tenant, deadlineAt: NOON + 20_000 });
const contextAtNoon = (options: MemoryContextOptions = {}): MemoryContext => new MemoryContext({ nowMs: NOON, ...options });
async function consult(job: Consultation, options: MemoryContextOptions = {}, tier = tierOf()): Promise<MemoryContext> {
  const context = contextAtNoon(options);
  await consultCloud(tier, consultJob(job), context);
  expect(context.forwarded, 'the expert passes nothing on').toEqual([]);
  return context;
}
const spent = async (tenant = 'demo'): Promise<number> => Number((await redis.get(spendKey(tenant, '2026-03-01'))) ?? 0);
const isFreeOfHolds = async (): Promise<boolean> => (await redis.exists(holdsKey('demo', '2026-03-01'))) === 0;
const ask = { private: { text: 'How do I clean it?' } };

describe('a consultation', () => {
  it.each([
    ['zh', '用清水就可以。'],
    ['en', 'With plain water.'],
  ] as const)('is answered in %s, streamed, priced and recorded', async (language, answer) => {
    provider.script = { pieces: splitByChance(answer, seeded(1)), usage: { prompt_tokens: 1_000, completion_tokens: 50 } };
    const context = await consult({ language, private: { text: '?', passages: [{ documentId: 'd', title: 'Care', text: 'Water.' }] } });
    const host = new URL(provider.url).host;
    expect(context.deltas.join('')).toBe(answer);
    expect(context.replies).toEqual([
      {
        outcome: 'answered',
        tier: 'expert',
        text: answer,
        citations: [{ documentId: 'd', title: 'Care', quote: 'Water.' }],
        trail: { leftSite: true, models: [{ model: 'deepseek-chat', where: 'cloud', host, tokensIn: 1_000, tokensOut: 50, costUsd: 0.011 }], timings: { model: expect.any(Number) } },
        conversation: { language },
      },
    ]);
    expect(context.recorded.map((one) => one.step)).toEqual(['redacted', 'budget_reserved', 'model_called', 'screened', 'answered']);
    expect(context.recorded[2]?.facts).toMatchObject({ model: 'deepseek-chat', provider: 'deepseek', host, tokensIn: 1_000, costUsd: 0.011, settled: true, usage: { prompt_tokens: 1_000 } });
    expect(context.recorded[3]?.facts).toEqual({ of: 'answer', blocked: false, masked: false, categories: [], words: tierOf().matcher.version });
    expect(await spent()).toBeCloseTo(0.011, 9);
    expect(await isFreeOfHolds()).toBe(true);
  });

  it('tells the provider no personal data, and the customer all of it', async () => {
    const personal = ['13800138000', '13900139000', 'li@example.cn', '6222021234567890128'];
    const chance = seeded(99);
    for (let round = 0; round < 20; round++) {
      provider.script = { pieces: splitByChance('已登记：<PHONE_1>，卡 <BANK_CARD_1>，之前是 <PHONE_2>，邮箱 <EMAIL_1>。', chance), usage: { prompt_tokens: 10, completion_tokens: 10 } };
      const context = await consult({
        requestId: `r${round}`,
        language: 'zh',
        private: {
          text: '我的手机13800138000，卡号6222021234567890128',
          turns: [{ role: 'customer', text: '以前是139 0013 9000' }, { role: 'mesh', text: 'li@example.cn 对吗？tel13800138000' }],
          passages: [{ documentId: 'd', title: 'Mail li@example.cn', text: '13800138000' }],
        },
      });
      expect(context.replies[0]?.text).toBe('已登记：13800138000，卡 6222021234567890128，之前是 139 0013 9000，邮箱 li@example.cn。');
      expect(context.deltas.join('')).toBe(context.replies[0]?.text);
      expect(context.recorded[0]).toEqual({ step: 'redacted', facts: { counts: { phone: 2, bank_card: 1, email: 1 }, parts: 4 } });
      expect(JSON.stringify(context.recorded)).not.toMatch(/1380|1390|622202|example|手机/);
    }
    expect(provider.received).toHaveLength(20);
    for (const body of provider.received) {
      expect(body).toContain('<PHONE_1>');
      for (const value of personal) expect(body.replace(/[\s-]/g, '')).not.toContain(value);
    }
  });

  it.each([
    ['refused', 'refuse', 'Well. You badword!', 'I cannot answer that.'],
    ['handed_over', 'hand_over', 'A crisisword.', 'A colleague takes over.'],
  ] as const)('is %s where the answer holds a word of the site’s to %s', async (outcome, _action, answer, text) => {
    provider.script = { pieces: [answer], usage: { prompt_tokens: 1_000, completion_tokens: 50 } };
    const context = await consult(ask);
    expect(context.replies[0]).toMatchObject({ outcome, tier: 'none', text, trail: { leftSite: true, models: [{ costUsd: 0.011 }] } });
    expect(context.deltas.join('')).not.toMatch(/badword|crisisword/);
    expect(context.recorded.find((one) => one.step === 'screened')?.facts).toMatchObject({ of: 'answer', blocked: true, words: tierOf().matcher.version });
    expect(await spent()).toBeCloseTo(0.011, 9);
  });

  it('is handed over where the provider withholds the answer', async () => {
    provider.script = { pieces: [], finish: 'content_filter', usage: { prompt_tokens: 1_000, completion_tokens: 0 } };
    expect((await consult(ask)).replies[0]).toMatchObject({ outcome: 'handed_over', error: { code: 'MODEL_REJECTED' }, trail: { leftSite: true } });
  });

  it('counts the most where the server counts nothing', async () => {
    provider.script = { pieces: ['Yes.'] };
    const context = await consult(ask);
    expect(context.recorded.find((one) => one.step === 'model_called')?.facts).toMatchObject({ estimated: true });
    expect(await spent()).toBeGreaterThan(0.001);
  });
});

describe('over the turns of a conversation, a consultation', () => {
  it('has the same placeholder for the same value, also where nothing shows any more what it is', async () => {
    provider.script = { pieces: ['Hello <PERSON_NAME_1>, <PHONE_1> or <PHONE_2>?'] };
    const said = ['My name is Anna Smith, call 13800138000', 'no, 13900139000. Anna Smith'];
    await consult({ requestId: 'r1', private: { text: said[0] ?? '' } });
    const context = await consult({ requestId: 'r2', private: { text: said[1] ?? '', turns: [{ role: 'customer', text: said[0] ?? '' }] } });
    expect(provider.received.at(-1)).toContain('no, <PHONE_2>. <PERSON_NAME_1>');
    expect(provider.received.at(-1)).toContain('My name is <PERSON_NAME_1>, call <PHONE_1>');
    expect(context.replies[0]?.text).toBe('Hello Anna Smith, 13800138000 or 13900139000?');
  });

  it('has an answer restored with what was sent, and not with what the conversation knows besides', async () => {
    provider.script = { pieces: ['Call <PHONE_1>.'] };
    await consult({ requestId: 'r1', private: { text: '13800138000' } });
    const context = await consult({ requestId: 'r2', private: { text: 'hello' } });
    expect(context.replies[0]?.text).toBe('Call [phone number].');
    expect(context.recorded.find(({ step }) => step === 'screened')?.facts).toMatchObject({ invented: { phone: 1 } });
  });
});

describe('while Redis is away, a consultation', () => {
  it('is left to the queue, and nothing leaves under placeholders that nobody remembers', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    away.on('error', () => undefined);
    const tier = { ...tierOf(), pseudonyms: new PseudonymStore(away, sealer, () => 60_000) };
    const context = contextAtNoon();
    await expect(consultCloud(tier, consultJob({ private: { text: '13800138000' } }), context)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retry: true });
    expect([...context.replies, ...context.forwarded, ...provider.received]).toEqual([]);
    expect(await spent()).toBe(0);
    away.disconnect();
  });
});

describe('where the site sends only some personal data, a consultation', () => {
  const tierWith = (personalData: string, rules = ''): ExpertTier => {
    const site = expertSite(provider.url, (files) => ({
      ...files,
      'site.yaml': (files['site.yaml'] ?? '').replace('tenants:', `personalData: ${personalData}\ntenants:`),
      'rules/rules.yaml': `${files['rules/rules.yaml'] ?? ''}${rules}`,
    }));
    return tierFor(site, chooseExpertModels(site, 'allowed', { DEEPSEEK_API_KEY: 'sk' }));
  };

  it('does not go where the message holds what may not be sent, and says which kinds', async () => {
    const context = await consult({ language: 'zh', private: { text: '身份证11010519491231002X，卡号6222021234567890128，13800138000' } }, {}, tierWith('{ resident_id: refuse, bank_card: refuse }'));
    expect(context.replies[0]).toMatchObject({ outcome: 'handed_over', error: { code: 'PERSONAL_DATA_REFUSED' }, text: '已转人工。', trail: {} });
    expect(context.recorded).toEqual([
      { step: 'redacted', facts: { counts: { resident_id: 1, bank_card: 1, phone: 1 }, parts: 1, refused: ['bank_card', 'resident_id'] } },
      { step: 'handed_over', facts: { by: 'expert', reason: 'personal_data_refused', code: 'PERSONAL_DATA_REFUSED' } },
    ]);
    expect(provider.received).toEqual([]);
    expect(await spent()).toBe(0);
  });

  it('goes on by the rules of expert_unavailable', async () => {
    const context = await consult({ private: { text: '13800138000' } }, {}, tierWith('{ others: refuse }', "  - { name: not_sent, on: expert_unavailable, then: { to: say, text: { zh: 不外发。, en: That stays here. } } }\n"));
    expect(context.replies[0]).toMatchObject({ outcome: 'answered', tier: 'none', text: 'That stays here.', trail: { rules: ['not_sent'] } });
    expect(context.recorded).toContainEqual({ step: 'escalated', facts: { moment: 'expert_unavailable', reason: 'personal_data_refused' } });
    expect(provider.received).toEqual([]);
  });

  it('goes without the turns and passages that hold what may not be sent', async () => {
    const context = await consult({
      private: {
        text: 'and now?',
        turns: [{ role: 'customer', text: 'I am 11010519491231002X' }, { role: 'mesh', text: 'thank you' }, { role: 'customer', text: 'call 13800138000' }],
        passages: [{ documentId: 'd', title: 'Kept here', text: 'ID 11010519491231002X' }, { documentId: 'e', title: 'Sent', text: 'Water.' }],
      },
    }, {}, tierWith('{ resident_id: refuse }'));
    expect(context.recorded[0]).toEqual({ step: 'redacted', facts: { counts: { resident_id: 1, phone: 1 }, parts: 6, leftOut: { turns: 1, passages: 1 } } });
    expect(context.replies[0]?.outcome).toBe('answered');
    expect(provider.received[0]).toContain('Water.');
    expect(provider.received[0]).toContain('call <PHONE_1>');
    expect(provider.received[0]).not.toMatch(/1101051949|RESIDENT_ID|Kept here/);
  });

  it('goes with what the site lets through as it is', async () => {
    await consult({ private: { text: 'see https://shop.example/lamp, call 13800138000' } }, {}, tierWith('{ url: allow }'));
    expect(provider.received[0]).toContain('see https://shop.example/lamp, call <PHONE_1>');
  });
});

describe('without a model that may be asked, a consultation', () => {
  it.each([
    ['egress is blocked', 'blocked', { DEEPSEEK_API_KEY: 'sk' }, 'EGRESS_BLOCKED', 'egress_blocked'],
    ['no key is set', 'allowed', {}, 'MODEL_UNAVAILABLE', 'no_key'],
  ] as const)('is handed over, and nothing leaves: %s', async (_title, egress, keys, code, reason) => {
    const context = await consult({ ...ask, language: 'zh' }, {}, tierOf(egress, keys));
    expect(context.replies).toEqual([{ outcome: 'handed_over', tier: 'none', text: '已转人工。', error: { code, title: expect.any(String) }, trail: {}, conversation: { language: 'zh', flow: null, handOver: { reason } } }]);
    expect(context.recorded).toEqual([{ step: 'handed_over', facts: { by: 'expert', reason, code } }]);
    expect(provider.received).toEqual([]);
    expect(await redis.dbsize()).toBe(0);
  });
});

describe('over the budget, a consultation', () => {
  it.each(['poor', 'none', 'unheard-of'])('is handed over, and nothing leaves: tenant %s', async (tenant) => {
    const context = await consult({ ...ask, tenant });
    expect(context.replies[0]).toMatchObject({ outcome: 'handed_over', tier: 'none', text: 'A colleague takes over.', error: { code: 'BUDGET_EXHAUSTED' }, trail: {} });
    expect(context.recorded.map((one) => one.step)).toEqual(['redacted', 'budget_reserved', 'handed_over']);
    expect(provider.received).toEqual([]);
    expect(await spent(tenant)).toBe(0);
  });
});

describe('where the model fails, a consultation', () => {
  it.each([
    [429, 'MODEL_OVERLOADED'],
    [503, 'MODEL_OVERLOADED'],
    [500, 'MODEL_UNAVAILABLE'],
  ] as const)('is left to the queue after status %i, without cost', async (status, code) => {
    provider.script = { pieces: [], status };
    const context = contextAtNoon();
    await expect(consultCloud(tierOf(), consultJob(ask), context)).rejects.toMatchObject({ code, retry: true });
    expect([...context.replies, ...context.forwarded]).toEqual([]);
    expect(await spent()).toBe(0);
    expect(await isFreeOfHolds()).toBe(true);
  });

  it.each([
    ['on the last attempt', { attempt: 3 }, { pieces: [], status: 503 }, 'MODEL_OVERLOADED'],
    ['where the provider asks for more time than there is', {}, { pieces: [], status: 429, headers: { 'retry-after': '60' } }, 'MODEL_OVERLOADED'],
    ['where the provider refuses the key', {}, { pieces: [], status: 401 }, 'MODEL_REJECTED'],
    ['where the provider refuses the request', {}, { pieces: [], status: 400 }, 'MODEL_REJECTED'],
    ['where the last answer was empty', { attempt: 3 }, { pieces: [] }, 'MODEL_OUTPUT_INVALID'],
  ] as const)('is handed over %s, and says that it has left', async (_title, options, script, code) => {
    provider.script = script;
    const context = await consult(ask, options);
    expect(context.replies[0]).toMatchObject({ outcome: 'handed_over', tier: 'none', error: { code }, trail: { leftSite: true } });
    expect(context.recorded.at(-1)).toEqual({ step: 'handed_over', facts: { by: 'expert', reason: 'model_failed', code } });
    expect(JSON.stringify(context.recorded)).not.toMatch(/clean it|sk-secret/);
  });

  it('pays for a stream that broke off, at most', async () => {
    provider.script = { pieces: ['Half an '], cut: true };
    await expect(consultCloud(tierOf(), consultJob(ask), contextAtNoon())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(await spent()).toBeGreaterThan(0.001);
    expect(await isFreeOfHolds()).toBe(true);
  });

  it('says that nothing has left where the connection was never made', async () => {
    await provider.close();
    const tier = tierOf();
    await expect(consultCloud(tier, consultJob(ask), contextAtNoon())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect((await consult(ask, { attempt: 3 }, tier)).replies[0]).toMatchObject({ outcome: 'handed_over', trail: { leftSite: false } });
    expect(await spent()).toBe(0);
    provider = await startScriptedProvider();
  });

  it('remembers over its runs that something has left', async () => {
    provider.script = { pieces: [], status: 500 };
    await expect(consultCloud(tierOf(), consultJob(ask), contextAtNoon())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await redis.set(spendKey('demo', '2026-03-01'), '5');
    expect((await consult(ask, { attempt: 2 })).replies[0]).toMatchObject({ error: { code: 'BUDGET_EXHAUSTED' }, trail: { leftSite: true, models: [{ model: 'deepseek-chat', costUsd: 0 }] } });
  });

  it('tells of the call of a run that was killed, at the most that it can have cost', async () => {
    const most = { model: 'deepseek-chat', where: 'cloud', host: 'h', tokensIn: 500, tokensOut: 100, costUsd: 0.007, estimated: true } as const;
    await new CloudCalls(redis, 60_000).open('req1', '1.1', most, emptyTrail());
    const [reply] = (await consult(ask, { attempt: 2 })).replies;
    expect(reply?.trail?.models).toEqual([most, { model: 'deepseek-chat', where: 'cloud', host: new URL(provider.url).host, tokensIn: 100, tokensOut: 10, costUsd: 0.0012 }]);
  });

  it('asks nobody for a request that is being ended, and holds nothing', async () => {
    await new CloudCalls(redis, 60_000).close('req1');
    await expect(consultCloud(tierOf(), consultJob(ask), contextAtNoon())).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect([provider.received, await spent(), await isFreeOfHolds()]).toEqual([[], 0, true]);
  });

  it('holds once, and is answered by the next run', async () => {
    const dead = await new Budget(redis).reserve({ tenant: 'demo', requestId: 'req1', conversationId: 'c1', amountUsd: 4.999, caps: { perDayUsd: 5 }, nowMs: NOON, heldUntilMs: NOON + 60_000 });
    expect(dead.granted).toBe(true);
    expect((await consult(ask, { attempt: 2 })).replies[0]).toMatchObject({ outcome: 'answered' });
    expect(await spent()).toBeCloseTo((100 * 10 + 10 * 20) / 1e6, 9);
  });
});

describe('an aborted consultation', () => {
  it.each([
    ['DEADLINE_PASSED', 'expired', 'That took too long.'],
    ['REQUEST_CANCELLED', 'cancelled', 'Cancelled.'],
  ] as const)('(%s) ends as %s and says that it has left', async (code, outcome, text) => {
    provider.script = { pieces: ['First. Second'], hang: true };
    const controller = new AbortController();
    const context = await consult(ask, { signal: controller.signal, onDelta: () => controller.abort(new MeshError(code, 'x')) });
    expect(context.replies[0]).toMatchObject({ outcome, tier: 'none', text, error: { code }, trail: { leftSite: true, models: [{ where: 'cloud' }] } });
    expect(await spent()).toBeGreaterThan(0.001);
  });

  it('is left alone where another worker has the job', async () => {
    provider.script = { pieces: ['First. Second'], hang: true };
    const controller = new AbortController();
    const lost = new DOMException('taken over', 'AbortError');
    const context = contextAtNoon({ signal: controller.signal, onDelta: () => controller.abort(lost) });
    await expect(consultCloud(tierOf(), consultJob(ask), context)).rejects.toBe(lost);
    expect([...context.replies, ...context.forwarded]).toEqual([]);
  });
});

describe('an answer that is offered for review', () => {
  const offered: unknown[] = [];
  const reviews = { offer: async (...given: unknown[]) => offered.push(given) > 0 };
  beforeEach(() => void offered.splice(0));

  async function offer(job: Consultation, script: Partial<Script> = {}, options: MemoryContextOptions = {}, review: string | null = 'id'): Promise<MemoryContext> {
    answers(script);
    const context = contextAtNoon(options);
    const plain = consultJob(job);
    await consultCloud({ ...tierOf(), reviews }, { ...plain, envelope: { ...plain.envelope, trail: { ...plain.envelope.trail, ...(review === null ? {} : { review }) } } }, context);
    return context;
  }
  const answers = (script: Partial<Script>): void => void (provider.script = { pieces: ['With water.'], usage: { prompt_tokens: 100, completion_tokens: 10 }, ...script });
  const stepOf = ({ recorded }: MemoryContext): unknown => recorded.find(({ step }) => step === 'offered_for_review')?.facts;

  it('has the question, what the customer read, and the sources', async () => {
    const context = await offer({ private: { text: 'How do I clean it?', passages: [{ documentId: 'd', title: 'Care', text: 'Water.' }] } });
    expect(offered).toEqual([[expect.objectContaining({ requestId: 'req1', tenant: 'demo' }), { language: 'en', model: 'deepseek-chat', question: 'How do I clean it?', text: 'With water.', citations: [{ documentId: 'd', title: 'Care', quote: 'Water.' }] }]]);
    expect(stepOf(context)).toEqual({ offered: true, review: 'id' });
  });

  it.each<[string, Consultation, Partial<Script>]>([
    ['personal_data', { private: { text: 'Call 13800138000 about it' } }, { pieces: ['Noted.'] }],
    ['personal_data', ask, { pieces: ['Call 13800138000.'] }],
    ['earlier_turns', { private: { text: 'How do I clean it?', turns: [{ role: 'customer', text: 'My kettle' }] } }, {}],
    ['not_whole', ask, { finish: 'length' }],
    ['changed', ask, { pieces: ['As at rivalshop.'] }],
    ['changed', ask, { pieces: ['Ask <PHONE_1>.'] }],
    ['too_long', ask, { pieces: ['x'.repeat(8_001)] }],
  ])('is not offered, and the record says why: %s', async (reason, job, script) => {
    const context = await offer(job, script);
    expect(context.replies).toEqual([expect.objectContaining({ outcome: 'answered' })]);
    expect([offered, stepOf(context)]).toEqual([[], { offered: false, reason }]);
  });

  it('is not offered where the dispatcher found the question to be no one of everybody, nor where nobody has read it', async () => {
    for (const context of [await offer(ask, {}, {}, null), await offer(ask, {}, { repliedBefore: true }), await offer(ask, { pieces: ['badword.'] })]) expect(stepOf(context)).toBeUndefined();
    expect(offered).toEqual([]);
  });

  it('is given all the same where it cannot be offered', async () => {
    const plain = consultJob(ask);
    const context = contextAtNoon();
    await consultCloud({ ...tierOf(), reviews: { offer: () => Promise.reject(new Error('away')) } }, { ...plain, envelope: { ...plain.envelope, trail: { ...plain.envelope.trail, review: 'id' } } }, context);
    expect([context.replies.length, stepOf(context)]).toEqual([1, { offered: false, reason: 'queue_unavailable' }]);
  });
});
