import { describe, expect, it } from 'vitest';
import { mask } from './screen.js';
import { buildWordMatcher } from './word-matcher.js';

const words = ['坏东西', '发票', 'aaaa', 'scam', '混混', '混蛋', 'a'.repeat(100), '好人卡', '3级片', '\ud800', '🖕'];
const matcher = buildWordMatcher([{ file: 'words/a.txt', category: 'abuse', action: 'refuse', words, allow: ['三黄片'] }]);

function randomText(seed: number): string {
  let state = seed;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  const pieces = ['坏', '东', '西', 'huai', 'dong', 'h', 'x', 'aa', '0', '4', ' ', '，', '\u200f', '\u202e', '\u200b', '\u0301', '\ud800', '\udc00', '𝐬', 'ⓢ', 'ﷺ', '女', '子', '人', '卡', '👍🏽', '@', '$', '\n', '\0', '票', '发', '發', 'с'];
  return Array.from({ length: next(60) }, () => (next(12) === 0 ? String.fromCharCode(next(0x10000)) : (pieces[next(pieces.length)] ?? ''))).join('');
}

describe('hostile texts', () => {
  it('never throw, and give spans that lie in the text, in order, of any 5,000 seeded texts', () => {
    for (let seed = 1; seed <= 5_000; seed++) {
      const text = randomText(seed * 7_919);
      let before = -1;
      for (const { start, end } of matcher.find(text)) {
        expect(start >= before && start < end && end <= text.length, `seed ${seed}`).toBe(true);
        before = start;
      }
      expect(mask(text, matcher.find(text)).length).toBeLessThanOrEqual(text.length);
      expect(matcher.openFrom(text)).toBeLessThanOrEqual(text.length);
    }
  });

  it.each([
    ['one letter', 'a'.repeat(100_000)],
    ['one letter that no word holds', 'z'.repeat(100_000)],
    ['one character', '混'.repeat(100_000)],
    ['one digit', '4'.repeat(100_000)],
    ['signs alone', '@$!'.repeat(33_000)],
    ['leet signs and letters', 'a4@s$'.repeat(20_000)],
    ['syllables without an end', 'huai'.repeat(25_000)],
    ['syllables between characters', '坏dong西h'.repeat(15_000)],
    ['first letters between characters', '坏hdx东'.repeat(20_000)],
    ['right-to-left marks', '坏\u200f\u202e'.repeat(33_000)],
    ['lone surrogates', '\ud800\udc00\udc00\ud800'.repeat(25_000)],
    ['ligatures of many letters', 'ﷺ'.repeat(20_000)],
    ['parts of characters', '女子人'.repeat(33_000)],
    ['doubled characters', '混混蛋蛋'.repeat(25_000)],
    ['a word with everything between', `坏${'*'.repeat(99_000)}东西`],
  ])('100,000 characters of %s are read in time', (_title, text) => {
    const started = performance.now();
    matcher.find(text);
    // Generous, since the machine may be busy; what grows with the square takes minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('sees through right-to-left marks and lone surrogates in a word', () => {
    expect(matcher.find('坏\u202e东\ud800西')).toMatchObject([{ start: 0, end: 5 }]);
  });
});
