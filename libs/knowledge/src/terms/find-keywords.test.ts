import { describe, expect, it } from 'vitest';
import { findKeywords, MOST_KEYWORDS } from './find-keywords.js';
import { keywordsForPerson } from './keywords-for-person.js';

describe('findKeywords', () => {
  it.each([
    ['zh', '你好，我想问一下洗衣机漏水了可以退货吗？', ['洗衣机漏水', '退货']],
    ['en', 'Hi, my washing machine is leaking, can I get a refund?', ['washing machine', 'leaking', 'refund']],
    ['a mixed language', '我的 iPhone 15 的 USB-C 接口坏了', ['usb-c 接口坏', 'iphone']],
    ['traditional characters and full width', '請問洗衣機的ＵＳＢ－Ｃ線', ['洗衣机', 'usb-c']],
  ])('of %s', (_title, text, keywords) => {
    expect(findKeywords(text).slice(0, keywords.length)).toEqual(keywords);
  });

  it('are no stop words, figures or greetings', () => {
    for (const text of ['你好，请问可以吗？', 'Hello, can you please tell me more?', '12345 678', '😀？！', '']) expect(findKeywords(text), text).toEqual([]);
  });

  it('hold nothing of what is hidden, and no phrase that spans it', () => {
    const text = '我叫王小明，电话13800138000，快递丢失';
    const hidden = [{ start: text.indexOf('138'), end: text.indexOf('138') + 11 }, { start: 2, end: 5 }];
    const keywords = findKeywords(text, hidden).join(' ');
    expect(keywords).toContain('快递丢失');
    expect(keywords).not.toMatch(/王|小明|138/);
    expect(findKeywords('refund anna.smith@example.com quickly', [{ start: 7, end: 29 }])).toEqual(['refund', 'quickly']);
    expect(findKeywords('abcdef', [{ start: 0, end: 4 }, { start: 2, end: 6 }])).toEqual([]);
  });

  it('are eight at most, each once, and the same for the same text', () => {
    const text = Array.from({ length: 30 }, (_, at) => `thing${String.fromCharCode(97 + at % 26)}`).join(', ') + ', thinga';
    const keywords = findKeywords(text);
    expect(keywords).toHaveLength(MOST_KEYWORDS);
    expect(new Set(keywords).size).toBe(MOST_KEYWORDS);
    expect(findKeywords(text)).toEqual(keywords);
  });

  it.each([['one letter', 'a'], ['one character', '货'], ['half of a pair', '\ud83d'], ['right-to-left marks', '\u202e'], ['joints', 'a-'], ['signs', '-./']])('of a hundred thousand times %s are found at once', (_title, piece) => {
    const text = piece.repeat(100_000);
    findKeywords(text);
    const began = performance.now();
    findKeywords(text);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

it.each([
  ['我的洗衣机漏水了，电话13800138000', '洗衣机漏水'],
  ['My kettle exploded, write to anna.smith@example.com', 'kettle exploded'],
])('the keywords of "%s" name what it is about, and no personal data', (text, keyword) => {
  const keywords = keywordsForPerson(text);
  expect(keywords[0]).toBe(keyword);
  expect(keywords.join()).not.toMatch(/138|anna|smith/);
});
