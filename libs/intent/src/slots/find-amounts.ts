import { DIGIT, findAll, type Found, type Reading } from './found.js';
import { DIGITS, ENGLISH_NUMERAL, HAN_NUMERAL, quantityOf } from './quantity.js';

/** A sum of money; `currency` is an ISO 4217 code. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

const CURRENCIES: Readonly<Record<string, string>> = {
  元: 'CNY', 块: 'CNY', 块钱: 'CNY', 圆: 'CNY', 人民币: 'CNY', rmb: 'CNY', cny: 'CNY', yuan: 'CNY', kuai: 'CNY', '￥': 'CNY', '¥': 'CNY',
  美元: 'USD', 美金: 'USD', 刀: 'USD', usd: 'USD', 'us$': 'USD', $: 'USD', dollar: 'USD', buck: 'USD',
  港币: 'HKD', 港元: 'HKD', hkd: 'HKD', 'hk$': 'HKD', 欧元: 'EUR', eur: 'EUR', '€': 'EUR', euro: 'EUR', 英镑: 'GBP', gbp: 'GBP', '£': 'GBP', pound: 'GBP', quid: 'GBP',
  日元: 'JPY', jpy: 'JPY', yen: 'JPY', 台币: 'TWD', 新台币: 'TWD', twd: 'TWD', 'nt$': 'TWD', 'a$': 'AUD', aud: 'AUD', 'c$': 'CAD', cad: 'CAD', 's$': 'SGD', sgd: 'SGD',
};
/** Signs and words that several currencies share: the site's own is meant where it is one of them. */
const SHARED: Readonly<Record<string, readonly string[]>> = { '¥': ['CNY', 'JPY'], '￥': ['CNY', 'JPY'], $: ['USD', 'AUD', 'CAD', 'SGD', 'HKD', 'TWD', 'NZD'], dollar: ['USD', 'AUD', 'CAD', 'SGD', 'HKD', 'TWD', 'NZD'], buck: ['USD', 'AUD', 'CAD'], 元: ['CNY', 'TWD', 'HKD'], 块: ['CNY', 'TWD', 'HKD'], 块钱: ['CNY', 'TWD', 'HKD'] };
const FACTORS: Readonly<Record<string, number>> = { 万: 10_000, 千: 1_000, 百: 100, k: 1_000, 亿: 100_000_000 };

const SIGN = '(?<sign>(?:US|HK|NT|[ACS])?\\$|[€£¥￥]|(?<![A-Za-z])(?:RMB|CNY|USD|EUR|GBP|HKD|JPY|TWD|AUD|CAD|SGD)|人民币)';
const HAN_UNIT = '元|圆|人民币|美元|美金|港币|港元|欧元|英镑|日元|新?台币';
/** One of these stands in each of them. */
const HAN_UNIT_SIGN = /[元圆币金镑]/;
const LATIN_UNIT = 'RMB|CNY|USD|EUR|GBP|HKD|JPY|TWD|AUD|CAD|SGD|yuan|kuai|dollars?|bucks?|euros?|pounds?|quid|yen';
/** No part of a longer number, of a code ("K2", "HG-300") or of a version. */
const BEFORE = '(?<![A-Za-z\\d.,_-]|第)';
/** "两块手表", "一块去": 块 also counts things, and means "together". */
const NO_THING = '(?=钱|$|[\\s，。！？、,.!?;；)）的了吧吗呢啊]|[以之][上下内]|左右|退|给|就|都|才|还|优惠|运费)';

function currencyOf(written: string, own: string): string | undefined {
  const plain = written.toLowerCase().replace(/^(dollar|buck|euro|pound)s$/, '$1');
  return SHARED[plain]?.includes(own) ? own : CURRENCIES[plain];
}

interface Context {
  /** The currency that shared signs stand for where they can. */
  readonly currency: string;
}

function amountOf(number: number | undefined, factor: string | undefined, unit: string, { currency }: Context): Amount | undefined {
  const code = currencyOf(unit, currency);
  if (number === undefined || code === undefined) return undefined;
  return { amount: Math.round(number * (factor === undefined ? 1 : (FACTORS[factor.toLowerCase()] ?? 1)) * 100) / 100, currency: code };
}

/** "1万2" is 12,000 and "3千5" 3,500: a last digit is of the next lower unit. */
const withTail = (number: string | undefined, factor: string | undefined, tail: string | undefined): number | undefined => {
  const whole = quantityOf(number);
  return whole === undefined || tail === undefined ? whole : whole + Number(tail) / 10;
};

export const AMOUNTS: readonly Reading<Amount, Context>[] = [
  [new RegExp(`${SIGN} ?(?<number>${DIGITS})(?:(?<factor>[万千亿]|k(?![A-Za-z]))(?<tail>\\d(?!\\d))?)?(?![\\d.]\\d|\\d)`, 'giu'), ({ sign = '', number, factor, tail }, context) => amountOf(withTail(number, factor, tail), factor, sign, context), DIGIT],
  [new RegExp(`${BEFORE}(?<number>${DIGITS}) ?(?:(?<factor>[万千亿])(?<tail>\\d(?!\\d))?)? ?(?<unit>${HAN_UNIT})`, 'gu'), ({ number, factor, tail, unit = '' }, context) => amountOf(withTail(number, factor, tail), factor, unit, context), HAN_UNIT_SIGN],
  [new RegExp(`(?<![零〇一二三四五六七八九十百千万两第\\d])(?<number>${HAN_NUMERAL})(?<unit>${HAN_UNIT})`, 'gu'), ({ number, unit = '' }, context) => amountOf(quantityOf(number), undefined, unit, context), HAN_UNIT_SIGN],
  // "300块", "12块5", "三百块", "两块五".
  [
    new RegExp(`(?<![A-Za-z\\d.,_-]|第|[零〇一二三四五六七八九十百千万两])(?<number>${DIGITS}|${HAN_NUMERAL})(?<unit>块)(?:(?<money>钱)|(?<tail>[一二三四五六七八九\\d])(?:毛|角)?(?![二三四五六七八九十\\d个块张])|${NO_THING})`, 'gu'),
    ({ number, unit = '', money, tail }, context) => {
      // "一块退" is "return them together".
      if (number === '一' && money === undefined && tail === undefined) return undefined;
      const whole = quantityOf(number);
      return amountOf(whole === undefined || tail === undefined ? whole : whole + (quantityOf(tail) ?? 0) / 10, undefined, unit, context);
    },
    /块/,
  ],
  // From twenty on nobody counts things with 块.
  [new RegExp(`(?<![A-Za-z\\d.,_-]|第|[零〇一二三四五六七八九十百千万两])(?<number>\\d{2,9}(?:\\.\\d{1,2})?|[二三四五六七八九]十[一二三四五六七八九]?|[一二三四五六七八九两][百千万]${HAN_NUMERAL}?|[一二三四五六七八九两][百千万])(?<unit>块)(?![一二三四五六七八九\\d])`, 'gu'), ({ number, unit = '' }, context) => ((quantityOf(number) ?? 0) < 20 ? undefined : amountOf(quantityOf(number), undefined, unit, context)), /块/],
  [/(?<![A-Za-z\d.,_-])(?<number>\d)(?<factor>万)(?<tail>\d)(?![\d件个台号人次])/gu, ({ number, factor, tail }, context) => amountOf(withTail(number, factor, tail), factor, '元', { currency: context.currency }), /万/],
  [new RegExp(`${BEFORE}(?<number>${DIGITS})(?<factor>k)? ?(?<unit>${LATIN_UNIT})\\b`, 'giu'), ({ number, factor, unit = '' }, context) => amountOf(quantityOf(number), factor, unit, context), DIGIT],
  [new RegExp(`\\b(?<number>${ENGLISH_NUMERAL}|a) (?<unit>dollars?|bucks?|euros?|pounds?|quid|yuan|kuai|yen)\\b`, 'giu'), ({ number, unit = '' }, context) => amountOf(/^a$/i.test(number ?? '') ? 1 : quantityOf(number), undefined, unit, context), /dollar|buck|euro|pound|quid|yuan|kuai|yen/iu],
];

/**
 * The sums of money that a text names, with their currency. "¥", "$", "dollars" and 元 stand for `currency` where it is
 * one that they are used for. A number without a currency is none, but for "1万2".
 * @param currency ISO 4217 code of the site
 */
export function findAmounts(text: string, currency: string): Found<Amount>[] {
  return findAll(text, AMOUNTS, { currency });
}
