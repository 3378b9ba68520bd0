import { describe, expect, it } from 'vitest';
import { compareAsks } from './same-ask.js';

describe('two questions are the same', () => {
  it.each([
    ['How do I cancel my order?', 'hello, how to cancel the order please'],
    ['How do I cancel my order?', 'Could you tell me how I can cancel my order? Thanks!'],
    ['Is there a fee for a transfer of $50?', 'is there any fee for a transfer of fifty dollars'],
    ['Can I return a kettle after two weeks?', 'may I return the kettle after 14 days?'],
    ['How do I turn on two-step sign-in?', 'how can I enable two-step sign-in'],
    ['Is the offer valid on 3 May?', 'is the offer valid on May 3rd?'],
    ['Do you ship to Canada?', 'Do you deliver to Canada ?'],
    ['怎么取消订单', '请问订单怎么取消呢？谢谢'],
    ['運費多少錢', '运费是多少？'],
    ['转账50元要手续费吗', '转账５０块要不要手续费'],
    ['可以刷卡吗', '你好，能不能刷卡'],
    ['多久能到货', '多长时间可以到货？'],
    ['7天内可以退吗', '7天以内能退吗'],
    ['年利率是百分之五吗', '年利率是5%吗'],
  ])('%s = %s', (one, other) => {
    expect(compareAsks(one, other)).toBe('same');
    expect(compareAsks(other, one)).toBe('same');
  });

  it.each([
    ['How do I enable roaming?', 'How do I disable roaming?', 'opposed'],
    ['Can I pay before delivery?', 'Can I pay after delivery?', 'opposed'],
    ['Is it sold with a charger, the K2?', 'Is it sold without a charger, the K2?', 'unclear'],
    ['Is the K2 sold with a charger?', 'Is the K2 sold without a charger?', 'negation'],
    ['Does the K2 fit?', 'Does the K3 fit?', 'ids'],
    ['Where is the manual of the TR-500?', 'Where is the manual of the TR-500S?', 'ids'],
    ['Can I withdraw $50?', 'Can I withdraw $500?', 'values'],
    ['Can I withdraw 50 dollars?', 'Can I withdraw 50 euros?', 'values'],
    ['Is 5% added?', 'Is 15% added?', 'values'],
    ['How do I move money from savings to checking?', 'How do I move money from checking to savings?', 'direction'],
    ['Why can I log in?', "Why can't I log in?", 'negation'],
    ['What is my credit card limit?', 'What is my debit card limit?', 'opposed'],
    ['Can I return the kettle?', 'How can I return the kettle?', 'asked'],
    ['Do I have to return the kettle?', 'Can I return the kettle?', 'asked'],
    ['Was I charged for delivery?', 'Will I be charged for delivery?', 'asked'],
    ['When do I pay you?', 'When do you pay me?', 'words'],
    ['How do I change my address?', 'How do I change your address?', 'words'],
    ['怎么开通自动续费', '怎么取消自动续费', 'opposed'],
    ['为什么能退款', '为什么不能退款', 'negation'],
    ['哪些商品支持退货', '哪些商品不支持退货', 'negation'],
    ['转账50元要手续费吗', '转账500元要手续费吗', 'values'],
    ['100美元能用现金付吗', '100欧元能用现金付吗', 'values'],
    ['从微信转到支付宝要多久', '从支付宝转到微信要多久', 'direction'],
    ['把M码换成L码可以吗', '把L码换成M码可以吗', 'direction'],
    ['电水壶保修多久', '电饭锅保修多久', 'words'],
    ['信用卡收年费吗', '借记卡收年费吗', 'opposed'],
    ['怎么退货', '能不能退货', 'asked'],
    ['卖家赔给买家吗', '买家赔给卖家吗', 'words'],
    ['钱扣了吗', '钱扣吗', 'words'],
  ])('%s ≠ %s: %s', (one, other, verdict) => {
    expect(compareAsks(one, other)).toBe(verdict);
    expect(compareAsks(other, one)).toBe(verdict);
  });

  it.each(['How long does it take?', 'and for express?', 'Are you open tomorrow?', '它多少钱', '明天营业吗', '怎么办', 'ok', '？'])('is not said of what leans on something else, or has no words: %s', (text) => {
    expect(compareAsks(text, text)).toBe('unclear');
  });

  it('takes its time in proportion to the text, and reads no story', () => {
    const long = 'from a to '.repeat(30);
    const began = performance.now();
    expect(compareAsks(long, `${long} b`)).toBe('unclear');
    expect(compareAsks(long.repeat(300), '能不能'.repeat(3_000))).toBe('unclear');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
