import { describe, expect, it } from 'vitest';
import type { FlowState } from '@switchyard/contracts';
import type { IntentDefinition, ToolDefinition } from '@switchyard/site';
import { refund, slots } from './__fixtures__/shop.js';
import { compileFlow } from './compile-flow.js';
import { messageFits } from './message-fits.js';
import { slotsOfFlow } from './slots-of-flow.js';

const intent = (label: string, flow: string | undefined, own: IntentDefinition['slots'], zh: string[] = []): IntentDefinition => ({
  label,
  description: { zh: label, en: label },
  task: 'action',
  ...(flow === undefined ? {} : { flow }),
  slots: own,
  utterances: { zh, en: [] },
});
const site = { flows: new Map([['refund', refund]]), tools: new Map(), intents: [intent('refund', 'refund', slots), intent('invoice', 'invoice', {}, ['我要开发票'])] };
const open = (expects: string): FlowState => ({ flow: 'refund', siteVersion: 'v', at: compileFlow(refund).instructions.findIndex((one) => (expects === 'confirm' ? one.op === 'confirm' : one.op === 'ask')), slots: {}, results: {}, expects, tries: 0 });
const order = { order_id: { value: 'HG20260001', raw: 'HG20260001' } };

describe('whether a message answers what the open flow asked', () => {
  it.each([
    ['slot:order_id', 'HG20260001', order, true],
    ['slot:order_id', '算了', {}, true],
    ['slot:order_id', 'never mind', {}, true],
    ['slot:order_id', 'HG2026', {}, true],
    ['slot:order_id', '我不记得订单号了', {}, true],
    ['slot:order_id', "I don't know it", {}, true],
    ['slot:order_id', '我要开发票', {}, false],
    ['slot:order_id', '你们几点下班？', {}, false],
    ['slot:order_id', 'do you ship to Hong Kong', {}, false],
    ['slot:order_id', '满99包邮吗', {}, false],
    ['confirm', '好的', {}, true],
    ['confirm', 'no', {}, true],
    ['confirm', '不对，是 HG20260001', order, true],
    ['confirm', 'maybe', {}, true],
    ['confirm', '好的不用了', {}, true],
    ['confirm', 'too expensive', {}, true],
    ['confirm', '可以不退吗', {}, true],
    ['confirm', '没问题吧', {}, true],
    ['confirm', '可以吗？', {}, true],
    ['confirm', 'can I keep it?', {}, true],
    ['confirm', '好的我考虑考虑', {}, true],
    ['confirm', 'what is your return policy?', {}, false],
    ['confirm', 'I would like to hear more about the warranty of the other kettle', {}, false],
    ['slot:reason', 'too noisy', {}, true],
    ['slot:reason', '太吵了', {}, true],
    ['slot:reason', 'hm', {}, true],
    ['slot:reason', '运费多少', {}, false],
    ['slot:reason', 'tell me about your warranty please', {}, false],
    ['confirm', '退款多久到账？', {}, false],
    ['confirm', '我要开发票', {}, false],
    ['slot:note', '杯盖漏水', {}, true],
    ['slot:note', 'the lid leaks', {}, true],
    ['slot:note', '杯盖漏水怎么办？', {}, false],
    ['slot:note', '我要开发票。', {}, false],
    ['slot:note', '算了', {}, true],
  ])('at %s: "%s"', (expects, text, found, fits) => {
    expect(messageFits(site, open(expects), text, found)).toBe(fits);
  });

  it('fits nothing when the flow is gone from the site', () => {
    expect(messageFits({ ...site, flows: new Map() }, open('confirm'), '好的', {})).toBe(false);
  });

  it('fits the question before the effect of a tool that a model chose', () => {
    const ask = { question: { zh: '退款吗？', en: 'Refund it?' }, declined: { zh: '好的', en: 'Fine' }, done: { zh: '已退', en: 'Done' } };
    const tool: ToolDefinition = { name: 'create_refund', kind: 'http', description: ask.done, effect: 'write', network: 'public', headers: {}, arguments: {}, intents: [], timeoutMs: 100, method: 'POST', url: 'https://x.example', errors: {}, confirm: ask };
    const state = { ...open('confirm'), flow: 'tool:create_refund', at: 0 };
    const fits = (text: string, tools = new Map([[tool.name, tool]])): boolean => messageFits({ ...site, tools }, state, text, {});
    expect([fits('好的'), fits('no thanks'), fits('我要开发票'), fits('好的', new Map())]).toEqual([true, true, false, false]);
  });

  it('takes a slot’s definition from the flow’s own intent first', () => {
    const other = intent('a', undefined, { order_id: { kind: 'text', minLength: 1, maxLength: 9 } });
    expect(slotsOfFlow({ intents: [other, ...site.intents] }, 'refund')['order_id']?.kind).toBe('pattern');
    expect(slotsOfFlow({ intents: [other, ...site.intents] }, 'invoice')['order_id']?.kind).toBe('text');
  });
});
