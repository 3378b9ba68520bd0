import { describe, expect, it } from 'vitest';
import { sentenceKey } from './plain-text.js';

describe('sentenceKey', () => {
  it.each([
    ['Where is my order?', 'where  is my ORDER'],
    ["what's up", 'whats up'],
    ['我要退款！', '我要退款'],
    ['我 要 退款', '我要退款'],
    ['Ｗhere', 'where'],
    ['K2 多少钱？', 'k2多少钱'],
  ])('is the same for "%s" and "%s"', (one, other) => {
    expect(sentenceKey(one)).toBe(sentenceKey(other));
  });

  it.each([
    ['退款', '退货'],
    ['no way', 'noway'],
    ['order 1', 'order 11'],
  ])('tells "%s" and "%s" apart', (one, other) => {
    expect(sentenceKey(one)).not.toBe(sentenceKey(other));
  });

  it('is what its definition says, character by character', () => {
    const defined = (text: string): string =>
      text
        .normalize('NFKC')
        .toLowerCase()
        .replace(/['’`\p{Cf}]/gu, '')
        .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
        .trim()
        .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '');
    const around = (code: number): string => {
      const character = String.fromCodePoint(code);
      return `a${character}b 退${character} 款${character}`;
    };
    const others = Array.from({ length: 0x3_0000 }, (_, code) => code).filter((code) => sentenceKey(around(code)) !== defined(around(code)));
    expect(others).toEqual([]);
  });
});
