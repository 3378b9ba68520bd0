import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DispatchJob, RetrieveJob, type ConversationState, type JobInput } from '@switchyard/contracts';
import { buildWordMatcher } from '@switchyard/guardrail';
import { labelledExamples, trainIntentModel } from '@switchyard/intent';
import { AnswerCache, createRedis, Reviews, Sealer, type RedisConnection } from '@switchyard/queue';
import { envelopeOf, jobOf, MemoryContext, startRedis, type TestRedis } from '@switchyard/testing';
import { smallSite } from '../__fixtures__/small-site.js';
import { Recogniser } from '../classify/recognise.js';
import { dispatchMessage, type Dispatching } from '../dispatch-message.js';
import { ApprovedAnswers } from './approved-answers.js';
import { Recaller } from './recaller.js';

const NOW = Date.UTC(2026, 10, 10);
let server: TestRedis;
let redis: RedisConnection;
let cache: AnswerCache;
let reviews: Reviews;
let tier: Dispatching;
beforeAll(async () => {
  server = await startRedis();
  redis = createRedis(server.url, 'patient', 'test');
  const tenants = ['demo', 'other'].map((id) => ({ id, cache: { ttlMinutes: 60, maxBytes: 1_000_000 }, reviews: { pendingDays: 7, approvedDays: 30, most: 10 } }));
  const sealer = new Sealer([{ id: 'k', key: randomBytes(32) }]);
  cache = new AnswerCache(redis, sealer, { now: () => NOW }, tenants);
  reviews = new Reviews(redis, sealer, { now: () => NOW }, tenants);
  tier = {
    site: smallSite,
    matcher: buildWordMatcher(smallSite.words),
    recogniser: new Recogniser(smallSite, trainIntentModel(labelledExamples(smallSite))),
    recaller: new Recaller(smallSite.version, cache),
    approved: new ApprovedAnswers(reviews),
    readMesh: () => Promise.resolve({ budgetLeftUsd: 0, backlog: {}, oldestMs: {}, available: { localModel: false, expert: false }, egress: 'blocked' }),
    collectionOf: () => 'help',
    labelOfFlow: () => 'order_status',
  };
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function dispatch(text: string, { tenant = 'demo', conversation = { turns: [] }, by = tier }: { tenant?: string; conversation?: ConversationState; by?: Dispatching } = {}): Promise<MemoryContext> {
  const context = new MemoryContext({ nowMs: NOW, conversation });
  await dispatchMessage(by, jobOf(DispatchJob, { source: 'requests' }, { text, turns: [] }, { tenant, acceptedAt: NOW, deadlineAt: NOW + 30_000, siteVersion: smallSite.version }), context);
  return context;
}

/** What the retrieval tier does with its answer. */
async function answered(context: MemoryContext, text: string, tenant = 'demo'): Promise<boolean> {
  const [job] = context.forwarded;
  if (job?.kind !== RetrieveJob.kind) throw new Error('not passed on to retrieval');
  const { text: question } = job.private as JobInput<typeof RetrieveJob>['private'];
  const ticket = job.trail?.cache;
  return cache.keep({ ...envelopeOf({ tenant, requestId: 'first' }), trail: ticket ? { cache: ticket } : {} }, { question, text, citations: [{ documentId: 'd', title: 'D', quote: text }] });
}

describe('a question that was answered before', () => {
  it('is given the same answer, with its sources, the rule, and in the record the request that it was made for', async () => {
    expect(await answered(await dispatch('what is the loading bay made of'), 'Concrete.')).toBe(true);
    const { replies, forwarded, recorded } = await dispatch('What is the  loading bay made of ?!');
    expect(forwarded).toEqual([]);
    expect(replies).toEqual([expect.objectContaining({ outcome: 'answered', tier: 'cache', text: 'Concrete.', citations: [{ documentId: 'd', title: 'D', quote: 'Concrete.' }] })]);
    expect(replies[0]?.trail?.rules).toHaveLength(1);
    expect(recorded.find(({ step }) => step === 'recalled')?.facts).toMatchObject({ keptFrom: 'first' });
    expect(recorded.find(({ step }) => step === 'routed')?.facts['facts']).toBeDefined();
  });

  it('is answered anew for another tenant, after a change of the knowledge, and where it asks for something else', async () => {
    await answered(await dispatch('what is the loading bay made of'), 'Concrete.');
    expect((await dispatch('what is the loading bay made of', { tenant: 'other' })).replies).toEqual([]);
    expect((await dispatch('what is the loading bay not made of')).replies).toEqual([]);
    await cache.forget('demo');
    expect((await dispatch('what is the loading bay made of')).replies).toEqual([]);
  });

  it('is answered anew where its answer holds a word that has been banned since', async () => {
    await answered(await dispatch('what is the loading bay made of'), '坏词甲');
    expect((await dispatch('what is the loading bay made of')).replies).toEqual([]);
  });

  it('is passed on as ever while Redis does not answer', async () => {
    const away = new Recaller(smallSite.version, { isFor: () => true, find: () => Promise.reject(new Error('away')) });
    const context = new MemoryContext({ nowMs: NOW });
    await dispatchMessage({ ...tier, recaller: away }, jobOf(DispatchJob, { source: 'requests' }, { text: 'what is the loading bay made of', turns: [] }, { deadlineAt: NOW + 30_000 }), context);
    expect(context.forwarded[0]).toMatchObject({ kind: 'retrieve' });
    expect(context.forwarded[0]?.trail?.cache).toBeUndefined();
  });
});

describe('a question whose answer a person has approved', () => {
  const ASK = 'what is the loading bay made of';
  /** What the expert does with its answer, and a person with that. */
  async function approved(context: MemoryContext, text: string): Promise<void> {
    const [job] = context.forwarded;
    const id = job?.trail?.review;
    expect(await reviews.offer({ requestId: 'first', conversationId: 'c', tenant: 'demo', trail: id === undefined ? {} : { review: id } }, { language: 'en', model: 'm', question: ASK, text, citations: [] })).toBe(true);
    for (const { tier: given } of (await dispatch(ASK)).replies) expect(given, 'nobody has decided yet').toBe('cache');
    await reviews.approve('demo', id ?? '', 'key');
  }

  it('is answered with it, without a model, also where a rule sends it to the expert or the cache holds another answer', async () => {
    const toExpert = { ...tier, site: { ...smallSite, rules: [{ name: 'all', on: 'message' as const, when: {}, then: { to: 'expert' as const } }] }, readMesh: () => Promise.resolve({ budgetLeftUsd: 1, backlog: {}, oldestMs: {}, available: { localModel: false, expert: true }, egress: 'allowed' as const }) };
    const first = await dispatch(ASK, { by: toExpert });
    expect(first.forwarded).toEqual([expect.objectContaining({ kind: 'consult' })]);
    expect(first.forwarded[0]?.trail?.cache, 'no answer of the expert is kept unseen').toBeUndefined();
    await answered(await dispatch(ASK), 'Concrete.');
    await approved(first, 'Reinforced concrete.');
    for (const by of [tier, toExpert]) {
      const { replies, forwarded, recorded } = await dispatch('What is the  loading bay made of ?!', { by });
      expect([replies, forwarded]).toEqual([[expect.objectContaining({ outcome: 'answered', tier: 'curated', text: 'Reinforced concrete.' })], []]);
      expect(replies[0]?.trail).not.toHaveProperty('leftSite');
      expect(recorded.find(({ step }) => step === 'recalled')?.facts).toMatchObject({ tier: 'curated', keptFrom: 'first', review: first.forwarded[0]?.trail?.review });
    }
  });

  it('is answered anew for another tenant, once the approval is taken back, and where the answer holds a word that has been banned since', async () => {
    const first = await dispatch(ASK);
    const id = first.forwarded[0]?.trail?.review ?? '';
    await approved(first, 'Concrete.');
    expect((await dispatch(ASK, { tenant: 'other' })).replies).toEqual([]);
    await reviews.approve('demo', id, 'key', '坏词甲');
    expect((await dispatch(ASK)).replies).toEqual([]);
    await reviews.reject('demo', id, 'key');
    expect(await dispatch(ASK)).toMatchObject({ replies: [], forwarded: [expect.not.objectContaining({ trail: expect.objectContaining({ review: expect.anything() }) })] });
  });
});

describe('an answer is kept for nobody else', () => {
  it.each([
    ['what is the loading bay at 13800138000 made of', 'a phone number in it'],
    ['what is the loading bay of HG20260003 made of', 'an order number in it'],
    ['what is it made of', 'something said before'],
    ['is the loading bay open tomorrow', 'a day that moves'],
  ])('%s: %s', async (text) => {
    const { forwarded } = await dispatch(text);
    for (const job of forwarded) expect([job.trail?.cache, job.trail?.review]).toEqual([undefined, undefined]);
  });

  it('where a flow is open', async () => {
    const conversation: ConversationState = { turns: [], flow: { flow: 'order_status', siteVersion: smallSite.version, at: 0, slots: {}, results: {}, expects: 'slot:order_id', tries: 0 } };
    const { forwarded } = await dispatch('what is the loading bay made of', { conversation });
    for (const job of forwarded) expect([job.trail?.cache, job.trail?.review]).toEqual([undefined, undefined]);
  });
});
