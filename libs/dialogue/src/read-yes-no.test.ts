import { describe, expect, it } from 'vitest';
import { leavesFlow } from './leave-words.js';
import { readYesNo } from './read-yes-no.js';

describe('reading a reply to a yes/no question', () => {
  it.each([
    '好的', '好', '好吧', '是的', '是', '对', '对的', '对，没错', '确认', '确定', '可以', '行', '嗯', '嗯嗯', '没问题', '同意', '确认退款', '我确认', '好的，麻烦了', '是的，帮我退款', '好的退吧', '嗯，好的谢谢', '是的！', '确认无误', 'OK', '好的呢', '可以的，谢谢', 'ＹＥＳ',
    'yes', 'Yes!', 'yes, do that', 'please do that', 'yep', 'yeah', 'yup', 'ok', 'okay', 'sure', 'Sure, thanks', 'yes please', 'go ahead', 'please do', 'that’s right', 'correct', 'I confirm', 'no problem', 'of course', 'yes, refund it', 'ok do it', 'y',
  ])('takes "%s" for a yes', (text) => expect(readYesNo(text)).toBe('yes'));

  it.each(['yes, do that', 'yes please cancel the order', '好的退吧', '是的，帮我退款', '确认退款', '我确认退款', 'yes, go ahead', 'ok退款', '好的，提交吧'])('takes "%s" for a yes that repeats the deed', (text) => expect(readYesNo(text)).toBe('yes'));

  it.each([
    "ok I'm keeping it", '好的我留着吧', '是的，点错了', '是的我后悔了', '没问题吧', '可以吧？', '可以吧', '行吗', '对吧', 'yes stop', 'yes please stop', 'ok keep the order', 'yes that is a bad idea', 'ok too expensive', '好的放弃', '好的停',
    '好的我考虑考虑', '是的地址错了', 'OK不用了', '好的不用了', 'yes, too expensive', 'ok, sorry', '好的，太贵了', 'yes refund it to another card', '确认退款到另一张卡',
  ])('never takes "%s" for a yes', (text) => expect(readYesNo(text)).not.toBe('yes'));

  it.each([
    ['yes, cancel it', 'Change the address to …?', 'unclear'],
    ['yes, cancel it', 'Cancel the order?', 'yes'],
    ['确认取消', '确认取消吗？', 'yes'],
    ['是的，退款', '地址改成…，对吗？', 'unclear'],
    ['好的，开吧', '开普通发票，确认吗？', 'yes'],
  ])('takes "%s" to "%s" for %s', (text, asked, reading) => expect(readYesNo(text, asked)).toBe(reading));

  it.each([
    '不', '不要', '否', '不用了', '算了', '不是', '不对', '不可以', '先不', '别', '不退了', '不，谢谢', '不要退款', '我不同意', '等一下',
    'no', 'No.', 'nope', 'nah', "don't", 'do not', 'dont do it', 'no thanks', 'not now', 'never mind', 'No, please keep it', 'wait', 'not yet', 'I don’t',
  ])('takes "%s" for a no', (text) => expect(readYesNo(text)).toBe('no'));

  it.each([
    '可以吗', '确认吗？', '是不是', '对我来说太贵了', '好贵', '不知道', '不确定', '不错', '是的，但是地址换一下', '好的，不用了', '确认一下地址', '确认取消', '取消', '退款多久到账？', '好的等一下', '随便', '',
    'yes but not now', 'ok but wait', 'maybe', 'not sure', 'can I change the address?', 'right now is bad', 'cancel', 'why not', 'how long does it take', 'yes if it is free', 'sure, what does it cost', 'ok no', "yes I don't", 'HG20260001',
  ])('finds "%s" unclear', (text) => expect(readYesNo(text)).toBe('unclear'));
});

describe('leaving a flow', () => {
  it.each(['算了', '算了吧', '那算了', '不用了，谢谢', '取消办理', '我不退了，算了', 'never mind', 'Never mind, thanks', 'forget it', 'Cancel', 'stop', 'quit'])('hears "%s" at a question', (text) => {
    expect(leavesFlow(text, { at: 'slot' })).toBe(true);
  });

  it.each(['HG20260001', '坏了', '怎么取消订单？', 'how do I cancel an order', 'the box never arrived', 'stopped working', '算了半天没算出来'])('does not hear it in "%s"', (text) => {
    expect(leavesFlow(text, { at: 'slot' })).toBe(false);
  });

  it('hears the flow’s own words', () => {
    expect(leavesFlow('留着吧', { own: ['留着吧'], at: 'slot' })).toBe(true);
    expect(leavesFlow('Keep it after all!', { own: ['keep it after all'], at: 'confirm' })).toBe(true);
    expect(leavesFlow('留着吧', { at: 'slot' })).toBe(false);
  });

  it('takes a text that merely begins like leaving for a text', () => {
    expect(leavesFlow('不用了，质量太差', { at: 'text' })).toBe(false);
    expect(leavesFlow('不用了，谢谢', { at: 'text' })).toBe(true);
    expect(leavesFlow('算了', { at: 'text' })).toBe(true);
  });

  it('leaves open at a confirmation what may mean "yes, cancel the order"', () => {
    expect(leavesFlow('取消', { at: 'confirm' })).toBe(false);
    expect(leavesFlow('cancel', { at: 'confirm' })).toBe(false);
    expect(leavesFlow('算了', { at: 'confirm' })).toBe(true);
  });
});
