import { describe, expect, it } from 'vitest';
import { SlotDefinition } from '@switchyard/site';
import { findSlots } from './find-slots.js';
import { readChineseNumber, readNumbers } from './read-number.js';
import { isSafePattern } from './safe-pattern.js';

const definitions = Object.fromEntries(
  Object.entries({
    order: { kind: 'pattern', pattern: '(HG\\d{8})(?!\\d)', normalise: 'upper' },
    mail: { kind: 'pattern', pattern: '[a-z.]+@[a-z.]+', normalise: 'lower' },
    reason: { kind: 'choice', values: { broken: ['broken', '坏了', '质量问题'], wrong_item: ['wrong', 'wrong item', '发错'], late: ['late', '太慢', '慢'] } },
    count: { kind: 'number', min: 1, max: 100 },
    note: { kind: 'text' },
  }).map(([name, definition]) => [name, SlotDefinition.parse(definition)]),
);
const values = (text: string): Record<string, unknown> => Object.fromEntries(Object.entries(findSlots(text, definitions, 0)).map(([name, { value }]) => [name, value]));

describe('findSlots', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['finds a pattern in any letter case, and normalises it', '订单hg20260001坏了', { order: 'HG20260001', reason: 'broken' }],
    ['finds a pattern in full width', '订单ＨＧ２０２６０００１', { order: 'HG20260001' }],
    ['takes no part of a longer number', 'HG202600011', {}],
    ['takes the whole match where the pattern has no group', 'mail A.B@C.example', { mail: 'a.b@c.example' }],
    ['takes the choice whose word is the longest', 'it is the wrong item, and late', { reason: 'wrong_item' }],
    ['needs the borders of a Latin word', 'chocolate, latency', {}],
    ['finds a Chinese choice anywhere', '物流太慢了', { reason: 'late' }],
    ['finds a number', 'I want 3 of them', { count: 3 }],
    ['finds a Chinese numeral', '我要两个', { count: 2 }],
    ['finds an English number', 'send me twenty-five please', { count: 25 }],
    ['passes over a number out of range', '订了 500 个，退 20 个', { count: 20 }],
    ['never takes free text', 'whatever', {}],
    ['finds nothing in nothing', '', {}],
  ])('%s', (_title, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('keeps the words that stood for a value', () => {
    expect(findSlots('订单hg20260001，退两个', definitions, 0)).toMatchObject({ order: { value: 'HG20260001', raw: 'hg20260001' }, count: { value: 2, raw: '两' } });
  });

  it('finds days, sums and lengths as the slot defines them, with the words that name them', () => {
    const own = Object.fromEntries(
      Object.entries({
        day: { kind: 'date', prefer: 'future' },
        there: { kind: 'date', timeZone: 'America/New_York' },
        price: { kind: 'amount', currency: 'USD', max: 100 },
        wait: { kind: 'duration', minSeconds: 3_600 },
      }).map(([name, definition]) => [name, SlotDefinition.parse(definition)]),
    );
    // 1 a.m. of the 12th in Shanghai is noon of the 11th in New York.
    const now = Date.UTC(2026, 10, 11, 17);
    expect(findSlots('明天退我$20，不是￥500 也不是$500，等了５分钟，又等３小时', own, now)).toEqual({
      day: { value: '2026-11-13', raw: '明天', index: 0 },
      there: { value: '2026-11-12', raw: '明天', index: 0 },
      price: { value: 20, raw: '$20', index: 4, currency: 'USD' },
      wait: { value: 'PT3H', raw: '3小时', index: 31, seconds: 10_800 },
    });
    expect(findSlots('订单 HG20260003 的 v2.1，电话 13800001234', own, now)).toEqual({});
  });

  it('refuses a zone or a currency that is none', () => {
    expect(() => SlotDefinition.parse({ kind: 'date', timeZone: 'Mars/Base' })).toThrow('time zone');
    expect(() => SlotDefinition.parse({ kind: 'amount', currency: 'yuan' })).toThrow('currency');
  });

  it('does not run a pattern that could take for ever', () => {
    const evil = { word: SlotDefinition.parse({ kind: 'pattern', pattern: '(a+)+$' }) };
    const started = performance.now();
    expect(findSlots(`${'a'.repeat(5_000)}!`, evil, 0)).toEqual({});
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('finds nothing by a pattern that is not one', () => {
    expect(findSlots('a', { word: { kind: 'pattern', pattern: '(', normalise: 'none' } }, 0)).toEqual({});
  });
});

describe('readNumbers', () => {
  it.each<[string, number[]]>([
    ['3', [3]],
    ['1,299.50 yuan', [1_299.5]],
    ['-5 度', [-5]],
    ['2.5 kg', [2.5]],
    ['3万', [30_000]],
    ['两万三', [23_000]],
    ['三百二', [320]],
    ['一千零五', [1_005]],
    ['十五天', [15]],
    ['二十一个', [21]],
    ['一二三', [123]],
    ['三千四百五十六万七千八百九十', [34_567_890]],
    ['退三个换5个', [3, 5]],
    ['two hundred and', [200]],
    ['a hundred', [100]],
    ['two thousand twenty six', [2_026]],
    ['帮我看一下，一直没到，万一丢了', []],
    ['第一次买，星期三到的', []],
    ['HG20260001, K2, v1.2.3, 2026-03-01', []],
    ['which one is this one', []],
    ['十分满意', []],
    ['no numbers', []],
  ])('%s', (text, expected) => {
    expect(readNumbers(text).map(({ value }) => value)).toEqual(expected);
  });
});

describe('readChineseNumber', () => {
  it.each<[string, number | undefined]>([
    ['零', 0],
    ['十', 10],
    ['一百一', 110],
    ['一百零一', 101],
    ['壹佰贰拾', 120],
    ['九千九百九十九万', 99_990_000],
    ['一万零一', 10_001],
    ['一三十', undefined],
    ['万', undefined],
    ['个', undefined],
  ])('%s', (text, expected) => {
    expect(readChineseNumber(text)).toBe(expected);
  });
});

describe('isSafePattern', () => {
  it.each(['HG\\d{8}', '(HG\\d{8})', '[a-z0-9]+', '(?:订单号?)?\\s*(\\d{6,12})', '(?<![A-Z])\\d{3}', '(zh|en)', '(?:ab|c){2}', '\\(a+\\)', '[(+]+', '(?:\\d{4}-){3}\\d{4}'])('lets run: %s', (pattern) => {
    expect(isSafePattern(pattern)).toBe(true);
  });

  it.each(['(a+)+', '(a*)*b', '(a|ab)*', '((a+)b)+', '(?:x+y?){2,}', '(a)\\1', '(?:a{1,200}){9}', '([a-z]+)*'])('refuses: %s', (pattern) => {
    expect(isSafePattern(pattern)).toBe(false);
  });
});
