import { describe, expect, it } from 'vitest';
import type { FlowState, ReplyLanguage, Slots, ToolOutcome } from '@switchyard/contracts';
import { FlowFile } from '@switchyard/site';
import { orderStatus, refund, slots as definitions } from './__fixtures__/shop.js';
import { advance, restartFlow, resume, startFlow } from './advance-flow.js';
import { compileFlow } from './compile-flow.js';
import type { FlowCall, FlowStepResult } from './flow-program.js';

type Backend = (call: FlowCall) => ToolOutcome;
const shop: Backend = ({ tool, arguments: given }) => {
  if (tool === 'create_refund') return { ok: true, value: { id: 'R1' } };
  return given['orderId'] === 'HG20269999' ? { ok: false, error: 'not_found' } : { ok: true, value: { status: 'shipped', total: 199 } };
};

const strictShop: Backend = (call) => (call.tool === 'create_refund' ? { ok: false, error: 'not_refundable' } : shop(call));
const quantity = (value: number): Slots => ({ quantity: { value, raw: String(value) } });

/** Finds the slots of the fixture in a message, as the dispatcher does. */
function find(text: string): Slots {
  const order = /HG\d{8}/i.exec(text)?.[0];
  const reason = /坏了|broken/.test(text) ? 'quality' : /不想要|no longer want/.test(text) ? 'unwanted' : undefined;
  return {
    ...(order === undefined ? {} : { order_id: { value: order.toUpperCase(), raw: order } }),
    ...(reason === undefined ? {} : { reason: { value: reason, raw: reason } }),
  };
}

/** Plays a conversation and gives what was said to the last message, and every call made. */
function play(flow: FlowFile, language: ReplyLanguage, messages: readonly string[], backend: Backend = shop) {
  const program = compileFlow(flow);
  let state: FlowState = startFlow(program, 'v1');
  const calls: FlowCall[] = [];
  let result: FlowStepResult | undefined;
  for (const text of messages) {
    result = advance(program, state, { text, slots: find(text), definitions, language, lastSaid: result?.say.join('\n') });
    while (result.kind === 'call') {
      calls.push(result.call);
      result = resume(program, result, backend(result.call), language);
    }
    state = result.state;
  }
  if (!result) throw new Error('no message was played');
  return { ...result, calls, text: result.say.join('\n') };
}

describe('a flow that looks something up', () => {
  it.each([
    ['zh', ['我的快递到哪了', 'hg20260001'], '订单 HG20260001：已发货。'],
    ['en', ['where is my parcel', 'it is HG20260001'], 'Order HG20260001 is shipped.'],
    // Given in the opening message: not asked for.
    ['zh', ['查一下 HG20260001'], '订单 HG20260001：已发货。'],
    ['en', ['status of HG20260001?'], 'Order HG20260001 is shipped.'],
    // A wrong reply, then the right one.
    ['zh', ['查订单', '12345', 'HG20260001'], '订单 HG20260001：已发货。'],
    // An order that is not there is asked for again.
    ['en', ['status of HG20269999', 'sorry, HG20260001'], 'Order HG20260001 is shipped.'],
  ] as const)('in %s: %j', (language, messages, text) => {
    expect(play(orderStatus, language, messages)).toMatchObject({ kind: 'ended', reason: 'done', text });
  });

  it.each([
    ['zh', '查订单', '请提供订单号。'],
    ['en', 'where is my order', 'What is your order number?'],
  ] as const)('asks for what it lacks, in %s', (language, message, text) => {
    expect(play(orderStatus, language, [message])).toMatchObject({ kind: 'ask', slot: 'order_id', text, state: { expects: 'slot:order_id', tries: 0 } });
  });

  it('says what is wrong with an order number before it asks again', () => {
    expect(play(orderStatus, 'en', ['HG20269999']).text).toBe('I cannot find HG20269999.\nWhat is your order number?');
    expect(play(orderStatus, 'zh', ['查订单', '12']).text).toBe('订单号是 HG 加 8 位数字。');
  });

  it('hands over after three replies without a value', () => {
    expect(play(orderStatus, 'zh', ['查订单', '1', '2'])).toMatchObject({ kind: 'ask', state: { tries: 2 } });
    expect(play(orderStatus, 'zh', ['查订单', '1', '2', '3'])).toMatchObject({ kind: 'hand_over', reason: 'tries', spoken: false });
  });

  it('hands over after three order numbers that nobody knows', () => {
    expect(play(orderStatus, 'en', ['HG20269999', 'HG20269999'])).toMatchObject({ kind: 'ask' });
    expect(play(orderStatus, 'en', ['HG20269999', 'HG20269999', 'HG20269999'])).toMatchObject({ kind: 'hand_over', reason: 'calls_failed' });
  });

  it('branches on what the tool returned', () => {
    expect(play(orderStatus, 'en', ['HG20260001'], () => ({ ok: true, value: { status: 'unpaid' } })).text).toBe('The order is not paid.');
  });

  it('throws for an error that it has no step for, by whether another try can help', () => {
    expect(() => play(orderStatus, 'en', ['HG20260001'], () => ({ ok: false, error: 'unavailable' }))).toThrow(expect.objectContaining({ code: 'TOOL_UNAVAILABLE' }));
    expect(() => play(orderStatus, 'en', ['HG20260001'], () => ({ ok: false, error: 'rejected' }))).toThrow(expect.objectContaining({ code: 'TOOL_REJECTED' }));
  });
});

describe('a flow with an effect', () => {
  const toConfirm = { zh: ['我要退款 HG20260001，坏了'], en: ['refund HG20260001, it is broken'] };

  it('asks for a yes first and shows what it will do', () => {
    expect(play(refund, 'zh', toConfirm.zh)).toMatchObject({ kind: 'confirm', text: '订单 HG20260001 退款 ¥199.00，确认吗？', calls: [{ tool: 'get_order', confirmed: false }] });
  });

  it.each([
    ['zh', '好的', '退款已提交，编号 R1。'],
    ['en', 'yes please', 'Done, your refund is R1.'],
  ] as const)('acts on a yes, in %s', (language, yes, text) => {
    const result = play(refund, language, [...toConfirm[language], yes]);
    expect(result).toMatchObject({ kind: 'ended', reason: 'done', text });
    expect(result.calls.at(-1)).toEqual({ tool: 'create_refund', arguments: { orderId: 'HG20260001', reason: 'quality' }, at: expect.any(Number), confirmed: true });
  });

  it.each([
    ['zh', '不要', '好的，没有退款。'],
    ['zh', '算了', '好的，没有退款。'],
    ['zh', '留着吧', '好的，没有退款。'],
    ['en', 'no', 'Fine, nothing was refunded.'],
    ['en', 'never mind', 'Fine, nothing was refunded.'],
  ] as const)('does nothing on a no, in %s: %s', (language, no, text) => {
    const result = play(refund, language, [...toConfirm[language], no]);
    expect(result).toMatchObject({ kind: 'ended', reason: 'declined', text });
    expect(result.calls.map((call) => call.tool)).toEqual(['get_order']);
  });

  it('asks again when the reply could be either, and hands over the third time', () => {
    const once = play(refund, 'en', [...toConfirm.en, 'how long does it take?']);
    expect(once).toMatchObject({ kind: 'confirm', text: 'Sorry, I did not get that. Please answer yes or no.\nRefund ¥199.00 for HG20260001?' });
    expect(play(refund, 'en', [...toConfirm.en, 'hm', 'hm'])).toMatchObject({ kind: 'confirm' });
    const thrice = play(refund, 'en', [...toConfirm.en, 'hm', 'hm', 'hm']);
    expect(thrice).toMatchObject({ kind: 'hand_over', reason: 'tries' });
    expect(thrice.calls.map((call) => call.tool)).toEqual(['get_order']);
  });

  it.each([
    ['zh', '不对，是 HG20260003', '订单 HG20260003 退款 ¥199.00，确认吗？'],
    ['en', "no, it's HG20260003", 'Refund ¥199.00 for HG20260003?'],
    ['en', 'yes, HG20260003', 'Refund ¥199.00 for HG20260003?'],
  ] as const)('looks a corrected order up anew and asks for a new yes, in %s: %s', (language, correction, text) => {
    const result = play(refund, language, [...toConfirm[language], correction]);
    expect(result).toMatchObject({ kind: 'confirm', text });
    expect(result.calls.map((call) => call.arguments['orderId'])).toEqual(['HG20260001', 'HG20260003']);
    const done = play(refund, language, [...toConfirm[language], correction, language === 'zh' ? '是的' : 'yes']);
    expect(done.calls.at(-1)).toMatchObject({ tool: 'create_refund', arguments: { orderId: 'HG20260003', reason: 'quality' }, confirmed: true });
  });

  it('takes a yes that repeats the same order for a yes', () => {
    expect(play(refund, 'en', [...toConfirm.en, 'yes, HG20260001'])).toMatchObject({ kind: 'ended', reason: 'done' });
  });

  it.each([
    ['zh', ['我要退款', '算了吧'], '好的，已停止办理。还有什么可以帮您？'],
    ['en', ['refund please', 'never mind'], 'All right, I have stopped here. Is there anything else I can help with?'],
    ['zh', ['我要退款', '留着吧'], '好的，已停止办理。还有什么可以帮您？'],
  ] as const)('lets the customer leave at a question, in %s', (language, messages, text) => {
    expect(play(refund, language, messages)).toMatchObject({ kind: 'ended', reason: 'left', text, calls: [] });
  });

  it('hands over with its own text where the tool refuses', () => {
    expect(play(refund, 'en', [...toConfirm.en, 'yes'], strictShop)).toMatchObject({ kind: 'hand_over', reason: 'not_refundable', spoken: true, text: 'A colleague will look into it.' });
  });

  it('needs a new yes for a value that was asked for anew after the first', () => {
    const text = (words: string) => ({ zh: words, en: words });
    const changeable = FlowFile.parse({
      name: 'changeable',
      description: text('c'),
      steps: [
        { ask: 'order_id', question: text('which?') },
        { confirm: text('sure?'), declined: text('no') },
        { clear: 'order_id' },
        { ask: 'order_id', question: text('which again?') },
        { call: 'create_refund', with: { orderId: '{{slots.order_id}}' } },
      ],
    });
    expect(play(changeable, 'en', ['HG20260001', 'yes', 'HG20260003']).calls).toEqual([expect.objectContaining({ arguments: { orderId: 'HG20260003' }, confirmed: false })]);
  });

  it('takes a slot that is corrected while another is asked for', () => {
    const result = play(refund, 'en', ['refund HG20260001', 'sorry, I mean HG20260003']);
    expect(result).toMatchObject({ kind: 'ask', slot: 'reason' });
    expect(result.state.slots['order_id']?.value).toBe('HG20260003');
    expect(result.calls).toHaveLength(2);
  });

  it('begins again with the known slots when the site has changed', () => {
    const program = compileFlow(refund);
    const { state } = play(refund, 'en', toConfirm.en);
    const again = advance(program, restartFlow(program, state, 'v2'), { text: 'yes', slots: {}, definitions, language: 'en', lastSaid: undefined });
    // The yes was to another version's question: it is not taken for one to this one's.
    expect(again).toMatchObject({ kind: 'call', call: { tool: 'get_order', arguments: { orderId: 'HG20260001' }, confirmed: false }, state: { siteVersion: 'v2' } });
  });
});

describe('a flow that asks for a text', () => {
  const complaint = FlowFile.parse({
    name: 'note',
    description: { zh: '留言', en: 'Note' },
    steps: [
      { ask: 'note', question: { zh: '请描述问题。', en: 'What happened?' }, retry: { zh: '请多写几个字。', en: 'A few more words, please.' } },
      { say: { zh: '已记录：{{slots.note}}', en: 'Noted: {{slots.note}}' } },
      { ask: 'quantity', question: { zh: '几件？', en: 'How many?' } },
      { confirm: { zh: '共 {{slots.quantity}} 件，确认？', en: 'That is {{slots.quantity}}, right?' }, declined: { zh: '好', en: 'Fine' } },
    ],
  });

  it('takes the whole message, leave words in it included', () => {
    expect(play(complaint, 'zh', ['投诉', '不用了，质量太差']).text).toBe('已记录：不用了，质量太差\n几件？');
    expect(play(complaint, 'zh', ['投诉', '不用了'])).toMatchObject({ reason: 'left' });
  });

  it('asks again for one that is too short', () => {
    expect(play(complaint, 'en', ['complaint', 'bad']).text).toBe('A few more words, please.');
  });

  it('does not take a number beside a plain yes for a correction', () => {
    const program = compileFlow(complaint);
    const at = advance(program, startFlow(program, 'v1', { note: { value: 'n', raw: 'n' }, ...quantity(2) }), { text: '', slots: {}, definitions, language: 'en', lastSaid: undefined });
    expect(at.kind).toBe('confirm');
    expect(advance(program, at.state, { text: 'yes, within 7 days', slots: quantity(7), definitions, language: 'en', lastSaid: 'That is 2, right?' })).toMatchObject({ kind: 'confirm', state: { slots: quantity(2), tries: 1 } });
    expect(advance(program, at.state, { text: 'yes', slots: {}, definitions, language: 'en', lastSaid: 'That is 2, right?' })).toMatchObject({ kind: 'ended', reason: 'done' });
    expect(advance(program, at.state, { text: 'no, 7', slots: quantity(7), definitions, language: 'en', lastSaid: undefined })).toMatchObject({ kind: 'confirm', state: { slots: quantity(7) } });
  });
});

describe('a correction of a text at a confirmation', () => {
  const text = (words: string) => ({ zh: words, en: words });
  const move = FlowFile.parse({
    name: 'move',
    description: text('m'),
    leave: ['keep the old address'],
    steps: [
      { ask: 'note', question: text('where to?') },
      { confirm: { zh: '改成“{{slots.note}}”，对吗？', en: 'Change it to "{{slots.note}}"?' }, declined: text('nothing changed') },
      { call: 'create_refund', with: { orderId: '{{slots.note}}' } },
    ],
  });
  const first = ['move', '1 Old Street'];

  it.each([
    ['actually 14 Rue de Rivoli, Paris', '14 Rue de Rivoli, Paris'],
    ['不对，是 19 号楼', '19 号楼'],
    ['no, the title is wrong, it is Jane Smith', 'Jane Smith'],
    ['不，地址是上海市南京路 3 号', '上海市南京路 3 号'],
    ['no, it’s Jane Smith.', 'Jane Smith'],
    ['No, the address is 14 Rue de Rivoli', '14 Rue de Rivoli'],
    ['不是 18 号，应该是 19 号', '19 号'],
    ['改成南京路 3 号', '南京路 3 号'],
    ['no, it should be Northfield Trading Co., Ltd.', 'Northfield Trading Co., Ltd.'],
  ])('"%s" is asked back with the new text', (reply, value) => {
    expect(play(move, 'en', [...first, reply])).toMatchObject({ kind: 'confirm', text: `Change it to "${value}"?`, state: { tries: 0 }, calls: [] });
    expect(play(move, 'en', [...first, reply, 'yes']).calls).toEqual([expect.objectContaining({ arguments: { orderId: value }, confirmed: true })]);
  });

  it.each(['14 Rue de Rivoli, Paris', '不对，是 9', 'no, the title is wrong', '不对，地址错了', 'no, that is my old one', 'yes but number 19', 'no, can I use another one?', '是的地址错了', 'yes, cancel it'])('"%s" does and ends nothing', (reply) => {
    expect(play(move, 'en', [...first, reply])).toMatchObject({ kind: 'confirm', text: 'Sorry, I did not get that. Please answer yes or no.\nChange it to "1 Old Street"?', calls: [] });
  });

  it.each(['no', '不对', '不，谢谢', 'no thanks', 'no, never mind', '不用了', 'No, keep the old address', "no, don't change it", '不要改了'])('"%s" declines', (reply) => {
    expect(play(move, 'en', [...first, reply])).toMatchObject({ kind: 'ended', reason: 'declined', calls: [] });
  });

  it.each(['yes, change it', '对，改吧', 'yes please'])('"%s" agrees', (reply) => {
    expect(play(move, 'en', [...first, reply]).calls).toHaveLength(1);
  });
});
