import { describe, expect, it } from 'vitest';
import { findAmounts } from './find-amounts.js';

const found = (text: string, currency = 'CNY'): string[] => findAmounts(text, currency).map(({ value }) => `${value.amount} ${value.currency}`);

describe('findAmounts', () => {
  it.each<[string, string[]]>([
    ['退我三百块', ['300 CNY']],
    ['一共¥1,299.00', ['1299 CNY']],
    ['付了￥88', ['88 CNY']],
    ['手机1万2', ['12000 CNY']],
    ['花了3万元', ['30000 CNY']],
    ['1.5万元', ['15000 CNY']],
    ['两千五百元', ['2500 CNY']],
    ['运费12块5', ['12.5 CNY']],
    ['两块五一斤', ['2.5 CNY']],
    ['补我20块钱吧', ['20 CNY']],
    ['返现5元', ['5 CNY']],
    ['满300元减50元', ['300 CNY', '50 CNY']],
    ['199人民币', ['199 CNY']],
    ['RMB 450', ['450 CNY']],
    ['50美元', ['50 USD']],
    ['HK$300 和 300港币', ['300 HKD', '300 HKD']],
    ['it cost $20', ['20 USD']],
    ['20 bucks', ['20 USD']],
    ['twenty bucks', ['20 USD']],
    ['a hundred and fifty dollars', ['150 USD']],
    ['I paid 1,299.50 yuan', ['1299.5 CNY']],
    ['€15 or £12.99', ['15 EUR', '12.99 GBP']],
    ['about $3k', ['3000 USD']],
    ['100 USD', ['100 USD']],
    ['500 rmb please', ['500 CNY']],
  ])('reads %s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['a count', '我要3个，退2件'],
    ['an order number', 'HG20260003'],
    ['a phone number', '13800001234'],
    ['a version', 'v2.1.0'],
    ['pieces, and togetherness', '两块手表一块退，我们一块去'],
    ['a model', 'K2, X300 and the iPhone 15'],
    ['a percentage', '5% off'],
    ['a date', '11月3日, 3 Nov'],
    ['a length', '30天, 20 minutes'],
    ['a weight', '5 kg'],
    ['nothing', ''],
  ])('sees no sum in %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['$20', 'HKD', ['20 HKD']],
    ['¥500', 'JPY', ['500 JPY']],
    ['100元', 'TWD', ['100 TWD']],
    ['US$20', 'HKD', ['20 USD']],
    ['20 dollars', 'CNY', ['20 USD']],
  ])('takes %s for %s where that is the currency of the site', (text, currency, expected) => {
    expect(found(text, currency)).toEqual(expected);
  });

  it('says where a sum stands', () => {
    expect(findAmounts('多扣了 ¥1,299.00 吧', 'CNY')).toEqual([{ value: { amount: 1_299, currency: 'CNY' }, raw: '¥1,299.00', index: 4 }]);
  });
});
