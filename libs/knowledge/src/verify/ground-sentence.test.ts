import { describe, expect, it } from 'vitest';
import { groundInResult } from './ground-in-result.js';
import { groundSentence } from './ground-sentence.js';

const returns = { title: 'Returns', text: 'Products can be returned within 15 days of delivery. Opened headphones cannot be returned. The refund of 99 CNY or more takes 3–5 working days and is paid by Harbour Goods.' };
const zh = { title: '退货', text: '签收之日起15天内可无理由退货，商品须未使用。已拆封的耳机不支持退货。退款将在3–5个工作日内原路退回，运费8元由买家承担。' };

describe('a sentence that rests on its passage', () => {
  it.each([
    ['You can return products within 15 days of delivery.', 'Products can be returned within 15 days', returns],
    ['Opened headphones can’t be returned.', 'Opened headphones cannot be returned', returns],
    ['The refund takes 3–5 working days.', 'takes 3–5 working days', returns],
    ['签收后15天内可以无理由退货。', '签收之日起15天内可无理由退货', zh],
    ['已拆封的耳机不能退货。', '已拆封的耳机不支持退货', zh],
    ['退款会在3–5个工作日内退回。', '退款将在3–5个工作日内原路退回', zh],
    // In the other language: its words cannot be compared, its values and negations can.
    ['Opened headphones cannot be sent back.', '已拆封的耳机不支持退货', zh],
  ])('%s', (text, quote, passage) => {
    expect(groundSentence({ text, quote }, passage, 'can I return it?')).toBeUndefined();
  });
});

describe('a sentence that does not', () => {
  it.each([
    ['You can return products within 15 days of delivery.', 'Products can be exchanged', returns, 'quote'],
    ['You can return products within 15 days of delivery.', 'in', returns, 'quote'],
    ['You can return products within 30 days of delivery.', 'Products can be returned within 15 days', returns, 'values'],
    ['The refund of 99 USD takes 3–5 working days.', 'takes 3–5 working days', returns, 'values'],
    ['The refund is paid by Alipay, says Harbour Goods.', 'is paid by Harbour Goods', returns, 'names'],
    ['Products such as the K2 can be returned within 15 days of delivery.', 'Products can be returned within 15 days', returns, 'names'],
    ['Opened headphones can be returned.', 'Opened headphones', returns, 'conflict'],
    ['Products cannot be returned within 15 days of delivery.', 'Products can be returned within 15 days', returns, 'conflict'],
    ['Gift cards and vouchers expire.', 'Products can be returned within 15 days', returns, 'words'],
    ['签收后30天内可以无理由退货。', '签收之日起15天内可无理由退货', zh, 'values'],
    ['已拆封的耳机支持退货。', '已拆封的耳机', zh, 'conflict'],
    ['运费8元由卖家承担。', '运费8元由买家承担', zh, 'conflict'],
    ['运费8美元由买家承担。', '运费8元由买家承担', zh, 'values'],
    ['详见《售后手册》，15天内可无理由退货。', '签收之日起15天内可无理由退货', zh, 'names'],
    ['Opened headphones can be sent back.', '已拆封的耳机不支持退货', zh, 'conflict'],
  ])('%s: %s', (text, quote, passage, reason) => {
    expect(groundSentence({ text, quote }, passage, 'can I return it?')).toBe(reason);
  });

  it('may name the product of the question, where the passage speaks of all', () => {
    expect(groundSentence({ text: 'The K2 can be returned within 15 days of delivery.', quote: 'Products can be returned within 15 days' }, returns, 'can I return the K2?')).toBeUndefined();
  });
});

describe('a sentence about what a tool returned', () => {
  const result = 'id: HG20260001\nstatus: shipped\ntotal: 199.5\nshippedAt: 2026-11-20T09:30:00Z\ncarrierEn: Swift Express\ncarrierZh: 迅达快递';

  it.each([
    ['Your order HG20260001 has been shipped.', 'status: shipped'],
    ['It was shipped on November 20 by Swift Express.', 'shippedAt: 2026-11-20'],
    ['The total is 199.50 CNY, one parcel.', 'total: 199.5'],
    ['订单已于11月20日由迅达快递发出。', 'carrierZh: 迅达快递'],
    ['You bought the K2 at Harbour Goods.', 'total: 199.5'],
    ['It is on its way and has not been delivered yet.', 'status: shipped'],
  ])('rests on it: %s', (text, quote) => {
    expect(groundInResult({ text, quote }, result, 'Harbour Goods. where is my K2?', ['paid', 'delivered'])).toBeUndefined();
  });

  it.each([
    ['Your order was delivered.', 'status: delivered', 'quote'],
    ['It arrives on November 25.', 'status: shipped', 'values'],
    ['The total is 299 CNY.', 'total: 199.5', 'values'],
    ['Your order HG20260009 is shipped.', 'status: shipped', 'names'],
    ['It comes with Global Parcel.', 'status: shipped', 'names'],
    ['订单将于11月25日送达。', 'status: shipped', 'values'],
    ['It arrives tomorrow.', 'status: shipped', 'values'],
    ['It was shipped on 9 November.', 'status: shipped', 'values'],
    ['It has been delivered.', 'status: shipped', 'conflict'],
  ])('does not rest on it: %s', (text, quote, reason) => {
    expect(groundInResult({ text, quote }, result, 'Harbour Goods. where is it?', ['paid', 'delivered'])).toBe(reason);
  });
});
