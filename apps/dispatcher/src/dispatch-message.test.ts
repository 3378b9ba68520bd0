import { expect, describe, it } from 'vitest';
import { AuditEvent, DispatchJob, type ConversationState } from '@switchyard/contracts';
import { buildWordMatcher } from '@switchyard/guardrail';
import { labelledExamples, trainIntentModel } from '@switchyard/intent';
import { readDecision, replayDecision } from '@switchyard/routing';
import type { Site } from '@switchyard/site';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { Recogniser } from './classify/recognise.js';
import { dispatchMessage, type Dispatching } from './dispatch-message.js';
import { smallSite } from './__fixtures__/small-site.js';

const NOW = Date.UTC(2026, 10, 10);
const tier: Dispatching = {
  site: smallSite,
  matcher: buildWordMatcher(smallSite.words),
  recogniser: new Recogniser(smallSite, trainIntentModel(labelledExamples(smallSite))),
  readMesh: () =>
    Promise.resolve({
      budgetLeftUsd: 2,
      backlog: { worker: 3 },
      oldestMs: { worker: 1_200 },
      available: { localModel: false, expert: false },
      egress: 'allowed',
    }),
  collectionOf: () => 'help',
  labelOfFlow: () => 'order_status',
};

async function dispatch(text: string, conversation: ConversationState = { turns: [] }): Promise<MemoryContext> {
  const context = new MemoryContext({ nowMs: NOW, conversation });
  const envelope = { acceptedAt: NOW, deadlineAt: NOW + 30_000, siteVersion: smallSite.version };
  await dispatchMessage(tier, jobOf(DispatchJob, { source: 'requests' }, { text, turns: [{ role: 'customer', text: 'earlier' }] }, envelope), context);
  return context;
}

const openFlow: ConversationState = {
  language: 'zh',
  turns: [{ role: 'customer', text: '查订单' }],
  flow: { flow: 'order_status', siteVersion: smallSite.version, at: 0, slots: {}, results: {}, expects: 'slot:order_id', tries: 0 },
};

describe('dispatching a message', () => {
  it.each([
    ['运费多少钱', '满 99 包邮', 'curated'],
    ['how much is shipping?', 'Free from 99', 'curated'],
    ['你好', '您好', 'greeting'],
    ['Hello!', 'Hello', 'greeting'],
    ['你这个坏词甲', 'refused', 'words'],
  ])('replies from here where the rule says so: %s', async (text, reply, rule) => {
    const { replies, forwarded, decisions } = await dispatch(text);
    expect(replies.map((one) => one.text)).toEqual([reply]);
    expect(forwarded).toEqual([]);
    expect(decisions[0]?.rule).toBe(rule);
    expect(replies[0]?.trail?.rules).toEqual([rule]);
  });

  it('keeps what a message asks for and the slots that it found for the person whom it goes to, and records no value', async () => {
    const toPerson: Dispatching = { ...tier, site: { ...smallSite, rules: [{ name: 'person', on: 'message', when: {}, then: { to: 'human' } }] } };
    const context = new MemoryContext({ nowMs: NOW });
    await dispatchMessage(toPerson, jobOf(DispatchJob, { source: 'requests' }, { text: 'where is my order HG20260003', turns: [] }, { acceptedAt: NOW, deadlineAt: NOW + 30_000 }), context);
    expect(context.replies[0]).toMatchObject({ outcome: 'handed_over', trail: { intent: { label: 'order_status' } }, conversation: { handOver: { slots: { order_id: { value: 'HG20260003' } } } } });
    expect(JSON.stringify([context.recorded, context.replies[0]?.trail])).not.toContain('HG20260003');
  });

  it('sends an action to the worker with the slots that it found', async () => {
    const { forwarded } = await dispatch('where is my order HG20260003');
    expect(forwarded[0]).toMatchObject({ kind: 'answer', body: { mode: 'flow', flow: 'order_status', replyLanguage: 'en', slotNames: ['order_id'] }, private: { slots: { order_id: { value: 'HG20260003' } } } });
  });

  it('goes on with the open flow where the message fits it, in the language of the conversation', async () => {
    const { forwarded } = await dispatch('HG20260004', openFlow);
    expect(forwarded[0]).toMatchObject({ kind: 'answer', body: { mode: 'flow', replyLanguage: 'zh' }, trail: { intent: { label: 'order_status', source: 'flow' } } });
    expect(forwarded[0]?.body).not.toHaveProperty('flow');
  });

  it('leaves the open flow alone where the message is about something else', async () => {
    const { replies, forwarded } = await dispatch('运费多少钱', openFlow);
    expect(replies[0]?.text).toBe('满 99 包邮');
    expect(replies[0]?.conversation?.flow).toBeUndefined();
    expect(forwarded).toEqual([]);
  });

  it('sends what it does not know to the knowledge base, in the collection of the tenant', async () => {
    const { forwarded } = await dispatch('does the kettle survive quantum chromodynamics');
    expect(forwarded[0]).toMatchObject({ kind: 'retrieve', body: { collection: 'help', replyLanguage: 'en' } });
  });

  it('masks words for the tiers behind, and takes the turns of the client where there is no conversation', async () => {
    const { forwarded } = await dispatch('想加微信聊聊别的东西可以吗各位');
    expect(forwarded[0]?.private.text).toBe('想***聊聊别的东西可以吗各位');
    expect(forwarded[0]?.private.turns).toEqual([{ role: 'customer', text: 'earlier' }]);
  });

  it('records every judgement, without a word of the customer', async () => {
    const { recorded } = await dispatch('我的电话 13812345678，查一下订单 HG20260003');
    expect(recorded.map((one) => one.step)).toEqual(['screened', 'classified', 'routed']);
    const written = JSON.stringify(recorded);
    for (const part of ['13812345678', '电话', '查一下', 'HG20260003']) expect(written).not.toContain(part);
    expect(recorded[0]?.facts).toMatchObject({ personalData: { phone: 1 } });
  });

  it('records all that a message asks for, hands it to the tiers behind, and lets rules ask for it', async () => {
    const { recorded, forwarded } = await dispatch('where is my order HG20260003? how much is shipping?');
    const intents = ['order_status', 'shipping-cost'];
    expect(recorded[1]?.facts).toMatchObject({ intents });
    expect(recorded[2]?.facts).toMatchObject({ facts: { intents } });
    const replied = await dispatch('how much is shipping and where is my order');
    expect([...forwarded, ...replied.forwarded, ...replied.replies].map(({ trail }) => trail?.intents)).toContainEqual(['shipping-cost', 'order_status']);
  });

  it('asks the expert where the router of the site finds it worth its price, records what it expects, and lets it be decided again', async () => {
    const head = (short: number, long: number) => ({ base: 0, trees: [{ feature: [0, -1, -1], threshold: [Math.log1p(60), 0, 0], below: [1, 0, 0], value: [0, short, long] }] });
    const site: Site = {
      ...smallSite,
      settings: { ...smallSite.settings, router: { wrongAnswerUsd: 0.1, expertAnswerUsd: 0.02, localAnswerUsd: 0 } },
      rules: [{ name: 'worth_it', on: 'message', when: { 'router.savesUsd': { gt: 0 } }, then: { to: 'expert' } }, { name: 'rest', on: 'message', when: {}, then: { to: 'retrieval' } }],
      router: { format: 1, features: ['length'], outcomes: 200, local: head(0.9, 0.4), expert: head(0.95, 0.9) },
    };
    const routed = async (text: string) => {
      const context = new MemoryContext({ nowMs: NOW });
      await dispatchMessage({ ...tier, site }, jobOf(DispatchJob, { source: 'requests' }, { text, turns: [] }, { acceptedAt: NOW, deadlineAt: NOW + 30_000 }), context);
      const recorded = readDecision(AuditEvent.parse({ id: 'e', requestId: 'r', tenant: 'demo', conversationId: 'c', tier: 'dispatcher', instance: 'd', step: 'routed', at: 1, attempt: 1, siteVersion: 'v', facts: JSON.parse(JSON.stringify(context.recorded.at(-1)?.facts)) }));
      return { job: context.forwarded[0], recorded, replay: recorded && replayDecision(recorded, site.rules) };
    };
    const short = await routed('is the kettle made of steel');
    expect(short.recorded).toMatchObject({ rule: 'rest', facts: { router: { localRight: 0.9, expertRight: 0.95, gain: 0.05, savesUsd: -0.015 } } });
    const long = await routed('is the kettle made of steel, and which of the kettles would suit a large family best');
    const expected = { localRight: 0.4, expertRight: 0.9, gain: 0.5, savesUsd: 0.03 };
    expect(long.recorded).toMatchObject({ rule: 'worth_it', facts: { router: expected } });
    expect(long.job).toMatchObject({ kind: 'consult', trail: { router: expected } });
    expect([short.replay?.verdict, long.replay?.verdict]).toEqual(['same', 'same']);
  });

  it('says nothing of several intents where there is one', async () => {
    const { replies, recorded } = await dispatch('你好');
    expect(recorded[1]?.facts).not.toHaveProperty('intents');
    expect(recorded[2]?.facts).toMatchObject({ facts: { intents: ['greeting'] } });
    expect(replies[0]?.trail).not.toHaveProperty('intents');
  });

  it('hands what else is asked for to the flow that starts', async () => {
    const { forwarded } = await dispatch('where is my order, has my package shipped? And how much is shipping?');
    expect(forwarded[0]).toMatchObject({ kind: 'answer', body: { flow: 'order_status', further: { answers: ['shipping-cost'], others: false } }, trail: { intents: ['order_status', 'shipping-cost'] } });
  });
});
