import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlowState, ReplyLanguage, Turn } from '@switchyard/contracts';
import { CuratedAnswer } from '@switchyard/site';
import { MemoryContext } from '@switchyard/testing';
import { createToolCaller } from '@switchyard/tools';
import { answerJob } from '../__fixtures__/answer-job.js';
import { startShopBackend, type ShopBackend } from '../__fixtures__/shop-backend.js';
import { findSlots, shopSite } from '../__fixtures__/shop-site.js';
import { prepareFlows, runFlow, type Flows } from './run-flow.js';

let shop: ShopBackend;
const site = shopSite();
const flowsOf = (own = site): Flows => prepareFlows(own, createToolCaller(own.tools, { SHOP_URL: shop.url }));
beforeEach(async () => void (shop = await startShopBackend()));
afterEach(() => shop.stop());

/** Sends messages one after another, each a request of its own; the first starts the flow. Gives the last context. */
async function talk(flow: string, language: ReplyLanguage, messages: readonly string[], flows = flowsOf()): Promise<MemoryContext> {
  let state: FlowState | undefined;
  const turns: Turn[] = [];
  let context = new MemoryContext();
  for (const [index, text] of messages.entries()) {
    context = new MemoryContext({ conversation: { flow: state, turns } });
    const job = answerJob({ requestId: `req${index}`, body: { replyLanguage: language, ...(index === 0 ? { flow } : {}) }, private: { text, slots: findSlots(flows.site, text) } });
    expect(await runFlow(flows, job, context)).toBe(true);
    state = context.replies[0]?.conversation?.flow ?? undefined;
    turns.push({ role: 'customer', text }, { role: 'mesh', text: context.replies[0]?.text ?? '' });
  }
  return context;
}
const mesh = (text: string): Turn => ({ role: 'mesh', text });
const QUESTION = 'Refund ¥199.00 for HG20260001?';
const lastReply = (context: MemoryContext) => context.replies[0];

describe('order status', () => {
  it.each([
    ['zh', ['我的订单到哪了', 'HG20260001'], 'HG20260001：已发货，¥199.00。'],
    ['en', ['where is my order', "it's hg20260001"], 'HG20260001 is shipped, ¥199.00.'],
    ['zh', ['查一下HG20260002'], 'HG20260002：已发货，¥199.00。'],
    ['en', ['where is HG20269999?', 'HG20260001 sorry'], 'HG20260001 is shipped, ¥199.00.'],
  ] as const)('is answered in %s: %j', async (language, messages, text) => {
    expect(lastReply(await talk('order_status', language, messages))).toMatchObject({ outcome: 'answered', tier: 'worker', text, conversation: { language, flow: null } });
  });

  it.each([
    ['zh', '订单号是 HG 加 8 位数字。'],
    ['en', 'An order number is HG and 8 digits.'],
  ] as const)('asks again for a wrong number and stays open, in %s', async (language, text) => {
    expect(lastReply(await talk('order_status', language, ['?', '123']))).toMatchObject({ outcome: 'answered', text, conversation: { flow: { flow: 'order_status', expects: 'slot:order_id', tries: 1 } } });
  });

  it.each([
    ['zh', '已转人工。'],
    ['en', 'A colleague takes over.'],
  ] as const)('goes to a person after three wrong numbers, in %s', async (language, text) => {
    const context = await talk('order_status', language, ['?', '1', '2', '3']);
    expect(lastReply(context)).toMatchObject({ outcome: 'handed_over', tier: 'none', text, conversation: { flow: null, handOver: { reason: 'tries', flow: 'order_status' } }, trail: { rules: ['builtin.flow_handed_over'] } });
    expect(context.recorded).toContainEqual({ step: 'handed_over', facts: { by: 'flow', reason: 'tries' } });
  });

  it('gives the answers to what else was asked before its own words, so that its question stands last', async () => {
    const postage = CuratedAnswer.parse({ id: 'postage', questions: { en: ['what is postage'] }, answer: { zh: '满 99 包邮。', en: 'Free from 99.' } });
    const flows = flowsOf({ ...site, answers: [postage] });
    const asked = async (further: { answers: string[]; others: boolean }): Promise<string | undefined> => {
      const context = new MemoryContext({ conversation: { turns: [] } });
      await runFlow(flows, answerJob({ body: { replyLanguage: 'en', flow: 'order_status', further }, private: { text: 'where is it? and postage?' } }), context);
      return lastReply(context)?.text;
    };
    const question = lastReply(await talk('order_status', 'en', ['where is it?']))?.text ?? 'no question';
    expect(await asked({ answers: ['postage'], others: false })).toBe(`Free from 99.\n\n${question}`);
    expect(await asked({ answers: ['no longer there'], others: false })).toMatch(/^You asked for something else as well/);
    expect((await asked({ answers: [], others: true }))?.endsWith(question)).toBe(true);
  });

  it('goes to a person after three numbers that the shop does not know', async () => {
    expect(lastReply(await talk('order_status', 'en', ['HG20269991', 'HG20269992', 'HG20269993']))).toMatchObject({ outcome: 'handed_over' });
  });

  it('records steps and calls without the customer’s words', async () => {
    const context = await talk('order_status', 'en', ['where is HG20260001, 13800138000']);
    expect(context.recorded.map((one) => one.step)).toEqual(['tool_called', 'flow_step']);
    expect(context.recorded.at(-1)?.facts).toMatchObject({ flow: 'order_status', entry: 'started', result: 'ended', reason: 'done', calls: 1, slots: ['order_id'] });
    expect(JSON.stringify(context.recorded)).not.toMatch(/HG20260001|13800138000/);
  });

  it('is left with a word of politeness', async () => {
    expect(lastReply(await talk('order_status', 'zh', ['查订单', '算了']))).toMatchObject({ outcome: 'answered', text: '好的，已停止办理。还有什么可以帮您？', conversation: { flow: null } });
    expect(lastReply(await talk('order_status', 'en', ['where is it', 'forget it']))).toMatchObject({ outcome: 'answered', conversation: { flow: null } });
  });
});

describe('a refund', () => {
  it.each([
    ['zh', ['退款 HG20260001', '确认'], '退款已提交：R1。'],
    ['en', ['refund HG20260001', 'yes please'], 'Your refund is R1.'],
  ] as const)('is made after a yes, in %s', async (language, messages, text) => {
    expect(lastReply(await talk('refund', language, messages))).toMatchObject({ outcome: 'answered', text, conversation: { flow: null } });
    expect([...shop.refunds.values()]).toEqual([{ orderId: 'HG20260001', refundId: 'R1' }]);
  });

  it.each([
    ['zh', '不要', '好的，没有退款。'],
    ['en', 'no, keep it', 'Fine, nothing was refunded.'],
    ['zh', '算了', '好的，没有退款。'],
    ['zh', '退款多久到账？', '抱歉，没有明白。请回复“是”或“否”。\nHG20260001 退款 ¥199.00，确认吗？'],
    ['en', 'cancel', 'Sorry, I did not get that. Please answer yes or no.\nRefund ¥199.00 for HG20260001?'],
  ] as const)('is not made on anything else, in %s: %s', async (language, reply, text) => {
    expect(lastReply(await talk('refund', language, ['HG20260001', reply]))).toMatchObject({ outcome: 'answered', text });
    expect(shop.refunds.size).toBe(0);
  });

  it.each([
    ['zh', '不对，是 HG20260003', '好'],
    ['en', "no, it's HG20260003", 'ok'],
  ] as const)('is made for the corrected order, in %s', async (language, correction, yes) => {
    await talk('refund', language, ['HG20260001', correction, yes]);
    expect([...shop.refunds.values()].map((refund) => refund.orderId)).toEqual(['HG20260003']);
  });

  it.each([
    "ok I'm keeping it", '好的我留着吧', '是的，点错了', '是的我后悔了', '没问题吧', 'yes stop', 'yes please stop', 'ok keep the order', 'yes that is a bad idea', 'ok too expensive', '好的放弃', '好的停',
    '好的我考虑考虑', '是的地址错了', 'OK不用了', '好的不用了', 'maybe', 'too expensive', '可以不退吗', 'yes, cancel it',
  ])('is not made on "%s": it is asked again', async (reply) => {
    const context = await talk('refund', 'en', ['HG20260001', reply]);
    expect(lastReply(context)).toMatchObject({ text: expect.stringMatching(/Refund ¥199.00 for HG20260001\?$/) as string, conversation: { flow: { expects: 'confirm', tries: 1 } } });
    expect(shop.refunds.size).toBe(0);
  });

  it('needs a new yes when something else was said since the confirmation', async () => {
    const flows = flowsOf();
    const state = lastReply(await talk('refund', 'en', ['HG20260001'], flows))?.conversation?.flow ?? undefined;
    const job = answerJob({ body: { replyLanguage: 'en' }, private: { text: 'ok' } });
    const turns = [mesh(QUESTION), { role: 'customer' as const, text: 'what is your return policy?' }, mesh('15 days.')];
    for (const said of [turns, [], [mesh(QUESTION), { role: 'person' as const, text: 'Hello' }]]) {
      const context = new MemoryContext({ conversation: { flow: state, turns: said } });
      await runFlow(flows, job, context);
      expect(lastReply(context)).toMatchObject({ text: QUESTION, conversation: { flow: { expects: 'confirm', tries: 0 } } });
    }
    expect(shop.refunds.size).toBe(0);
    const again = new MemoryContext({ conversation: { flow: state, turns: [...turns, { role: 'customer', text: 'ok' }, mesh(QUESTION)] } });
    await runFlow(flows, job, again);
    expect(lastReply(again)?.text).toBe('Your refund is R1.');
  });

  it('takes a yes in another language than the confirmation’s', async () => {
    const flows = flowsOf();
    const state = lastReply(await talk('refund', 'zh', ['HG20260001'], flows))?.conversation?.flow ?? undefined;
    const context = new MemoryContext({ conversation: { flow: state, turns: [mesh('HG20260001 退款 ¥199.00，确认吗？')] } });
    await runFlow(flows, answerJob({ body: { replyLanguage: 'en' }, private: { text: 'yes' } }), context);
    expect(lastReply(context)?.text).toBe('Your refund is R1.');
  });

  it('has one effect however often its job runs, under one key', async () => {
    const flows = flowsOf();
    const state = lastReply(await talk('refund', 'en', ['HG20260001'], flows))?.conversation?.flow ?? undefined;
    const job = answerJob({ requestId: 'req7', body: { replyLanguage: 'en' }, private: { text: 'yes' } });
    const texts: (string | undefined)[] = [];
    for (const attempt of [1, 2, 3]) {
      const context = new MemoryContext({ attempt, conversation: { flow: state, turns: [mesh(QUESTION)] } });
      await runFlow(flows, job, context);
      texts.push(lastReply(context)?.text);
    }
    expect(texts).toEqual(Array(3).fill('Your refund is R1.'));
    const keys = shop.calls.filter((one) => one.call === 'POST /refunds').map((one) => one.key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^req7\.refund\.\d+$/);
    expect(shop.refunds.size).toBe(1);
  });

  it('that broke off after its effect is completed by the next run, not made again', async () => {
    const flows = flowsOf();
    const state = lastReply(await talk('refund', 'en', ['HG20260001'], flows))?.conversation?.flow ?? undefined;
    const job = answerJob({ requestId: 'req7', body: { replyLanguage: 'en' }, private: { text: 'yes' } });
    shop.breakAfterRefund = true;
    const broken = new MemoryContext({ conversation: { flow: state, turns: [mesh(QUESTION)] } });
    await expect(runFlow(flows, job, broken)).rejects.toMatchObject({ code: 'TOOL_UNAVAILABLE', retry: true });
    expect(broken.replies).toEqual([]);
    shop.breakAfterRefund = false;
    const again = new MemoryContext({ attempt: 2, conversation: { flow: state, turns: [mesh(QUESTION)] } });
    await runFlow(flows, job, again);
    expect(lastReply(again)?.text).toBe('Your refund is R1.');
    expect(shop.refunds.size).toBe(1);
  });

  it('sends no key with a call that only reads', async () => {
    await talk('refund', 'en', ['HG20260001']);
    expect(shop.calls).toEqual([{ call: 'GET /orders/HG20260001', key: undefined }]);
  });

  it('takes the flow’s own step when the shop is down', async () => {
    shop.status = 503;
    expect(lastReply(await talk('refund', 'en', ['HG20260001']))).toMatchObject({ outcome: 'handed_over', text: 'Our system is down, a colleague takes over.' });
  });

  it.each([
    [503, 'TOOL_UNAVAILABLE', true],
    [403, 'TOOL_REJECTED', false],
  ])('fails with the error of the catalogue where the flow has no step for status %i', async (status, code, retry) => {
    shop.status = status;
    const run = runFlow(flowsOf(), answerJob({ body: { flow: 'order_status' }, private: { text: 'HG20260001', slots: findSlots(site, 'HG20260001') } }), new MemoryContext());
    await expect(run).rejects.toMatchObject({ code, retry });
  });

  it('is never made without a confirmation, even if a flow forgets to ask', async () => {
    const careless = shopSite({
      'flows/refund.yaml': `
name: refund
description: { zh: 退款, en: Refund }
steps:
  - ask: order_id
    question: { zh: 订单号？, en: Order number? }
  - call: create_refund
    with: { orderId: '{{slots.order_id}}' }
`,
    });
    const run = runFlow(flowsOf(careless), answerJob({ body: { flow: 'refund' }, private: { text: 'HG20260001', slots: findSlots(site, 'HG20260001') } }), new MemoryContext());
    await expect(run).rejects.toMatchObject({ code: 'SITE_INVALID' });
    expect(shop.calls).toEqual([]);
  });

  it('asks anew under a new version of the site, with the order kept', async () => {
    const state = lastReply(await talk('refund', 'en', ['HG20260001']))?.conversation?.flow;
    const changed = shopSite({ 'words/banned.txt': '# category: abuse\n# action: refuse\nanother\n' });
    expect(changed.version).not.toBe(site.version);
    const context = new MemoryContext({ conversation: { flow: state ?? undefined } });
    await runFlow(flowsOf(changed), answerJob({ body: { replyLanguage: 'en' }, private: { text: 'yes' } }), context);
    // The yes answered a question of the old version.
    expect(lastReply(context)).toMatchObject({ text: 'Refund ¥199.00 for HG20260001?', conversation: { flow: { siteVersion: changed.version } } });
    expect(shop.refunds.size).toBe(0);
  });
});

describe('a flow that calls in circles', () => {
  it('goes to a person after twenty calls', async () => {
    const circular = shopSite({
      'flows/order-status.yaml': `
name: order_status
description: { zh: 查订单, en: Order status }
steps:
  - id: again
  - call: get_order
    with: { orderId: HG20260001 }
    save: order
  - goto: again
`,
    });
    const context = await talk('order_status', 'en', ['where is it'], flowsOf(circular));
    expect(lastReply(context)).toMatchObject({ outcome: 'handed_over', text: 'A colleague takes over.' });
    expect(context.recorded).toContainEqual({ step: 'handed_over', facts: { by: 'flow', reason: 'calls_exhausted' } });
    expect(shop.calls).toHaveLength(20);
  });
});

describe('a message for a flow that is not there', () => {
  it.each([
    ['none is open', undefined],
    ['the site no longer has it', 'gone'],
  ])('does nothing and says so: %s', async (_title, flow) => {
    const context = new MemoryContext();
    expect(await runFlow(flowsOf(), answerJob({ body: flow === undefined ? {} : { flow }, private: { text: '好' } }), context)).toBe(false);
    expect(context.replies).toEqual([]);
  });
});
