import { describe, expect, it } from 'vitest';
import type { WordList } from '@switchyard/site';
import { buildWordMatcher } from './word-matcher.js';

const list = (changes: Partial<WordList>): WordList => ({ file: 'words/a.txt', category: 'abuse', action: 'refuse', words: [], allow: [], ...changes });
const matcher = buildWordMatcher([
  list({ words: ['坏东西', '黄片', '小姐', '代开发票', '大师', 'scam', 'hell', 'ass', '64', 'big fraud', '🖕', 'a片'], allow: ['三黄片', 'hello kitty'] }),
  list({ file: 'words/b.txt', category: 'rival', action: 'flag', words: ['发票', 'Acme'] }),
]);
const found = (text: string): string[] => matcher.find(text).map((match) => text.slice(match.start, match.end));

describe('buildWordMatcher', () => {
  it.each([
    ['as it stands', '你这坏东西！', ['坏东西']],
    ['in traditional characters', '你這壞東西', ['壞東西']],
    ['with signs between', '坏*东*西', ['坏*东*西']],
    ['with spaces between', '真是 坏 东 西', ['坏 东 西']],
    ['with zero-width characters between', '坏\u200b东\u2060西', ['坏\u200b东\u2060西']],
    ['with emoji between', '坏👍东👍西', ['坏👍东👍西']],
    ['in brackets', '【坏】【东】【西】', ['坏】【东】【西']],
    ['with every character doubled', '坏坏东东西西', ['坏坏东东西西']],
    ['drawn out', 'scaaaam!', ['scaaaam']],
    ['backwards', '西东坏', ['西东坏']],
    ['of two characters backwards, which nobody writes', '叫姐小来', ['姐小']],
    ['in capitals', 'SCAM', ['SCAM']],
    ['in full width', 'ｓｃａｍ', ['ｓｃａｍ']],
    ['in circled letters', 'ⓢⓒⓐⓜ', ['ⓢⓒⓐⓜ']],
    ['in mathematical letters', '𝐬𝐜𝐚𝐦', ['𝐬𝐜𝐚𝐦']],
    ['in Cyrillic letters', 'ѕсаm', ['ѕсаm']],
    ['with digits for letters', 'a 5c4m shop', ['5c4m']],
    ['with a sign for a letter', 'it is a $cam', ['$cam']],
    ['spaced out', 's c a m', ['s c a m']],
    ['with full stops', 's.c.a.m', ['s.c.a.m']],
    ['beside Chinese', '你scam我', ['scam']],
    ['as two words', 'a big  fraud here', ['big  fraud']],
    ['as an emoji', 'x🖕y', ['🖕']],
    ['mixed of both scripts', '看A片', ['A片']],
  ])('finds a word %s', (_title, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['inside an English word', 'scampi, class, shell'],
    ['in a contraction', "he'll be there"],
    ['over the border of two words', 'as set out'],
    ['over a comma', '他还小，姐姐来了'],
    ['in a figure', '6.4 元, 640, HG64, 6-4'],
    ['in a model name', 'Samsung A55'],
    ['backwards, where that is ordinary: 大师 in 北京师大附近', '北京师大附近'],
    ['where a character is merely said twice', 'sccam, 黄黄的照片'],
    ['inside a word that is allowed', '三黄片两盒'],
    ['inside an allowed word in disguise', '三*黄*片'],
    ['with a letter joined to its mixed word', 'USA片'],
  ])('finds nothing %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });

  it('still finds the word beside the allowed one', () => {
    expect(found('三黄片和黄片')).toEqual(['黄片']);
    expect(found('hello kitty, go to hell')).toEqual(['hell']);
  });

  it('tells the matches of every list, the longest of each', () => {
    expect(matcher.find('代开发票')).toEqual([
      { category: 'abuse', action: 'refuse', start: 0, end: 4, file: 'words/a.txt', disguise: 'none' },
      { category: 'rival', action: 'flag', start: 2, end: 4, file: 'words/b.txt', disguise: 'none' },
    ]);
  });

  it('tells every place, in order', () => {
    expect(matcher.find('acme 坏东西 Acme').map(({ start, end }) => [start, end])).toEqual([
      [0, 4],
      [5, 8],
      [9, 13],
    ]);
  });

  it('finds a word that begins inside the repetition of another', () => {
    const words = buildWordMatcher([list({ words: ['甲乙', '乙乙丙'] })]);
    expect(words.find('甲乙乙丙').map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [1, 4],
    ]);
  });

  it('finds nothing without lists', () => {
    expect(buildWordMatcher([]).find('坏东西 scam')).toEqual([]);
  });

  it('agrees with a plain search on generated words', () => {
    const alphabet = '甲乙丙丁戊';
    let seed = 7;
    const next = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % limit;
    };
    // Without repeated characters, which the matcher reads in a way of its own.
    const word = (length: number): string => {
      let built = '';
      while (built.length < length) {
        const character = alphabet[next(alphabet.length)] ?? '';
        if (!built.endsWith(character)) built += character;
      }
      return built;
    };
    const words = [...new Set(Array.from({ length: 40 }, () => word(2)))];
    const generated = buildWordMatcher(words.map((one) => list({ file: one, words: [one], without: ['reversed'] })));
    for (let round = 0; round < 200; round++) {
      const text = word(12);
      const expected = new Set(words.flatMap((one) => Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(one, at)).map((at) => `${one}@${at}`)));
      const actual = new Set(generated.find(text).map(({ file, start }) => `${file}@${start}`));
      expect(actual).toEqual(expected);
    }
  });

  it('prepares 65,000 words and reads 100,000 characters in seconds', () => {
    const words = Array.from({ length: 65_000 }, (_, index) => String.fromCharCode(0x4e00 + (index % 5_000), 0x5000 + ((index * 7) % 6_000), 0x6000 + ((index * 13) % 7_000)));
    const started = performance.now();
    const large = buildWordMatcher([list({ words })]);
    large.find('这是一句很普通的话，没有什么特别的。'.repeat(5_600));
    // Generous, since the machine may be busy; a quadratic slip takes minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(large.find(words[64_999] ?? '')).not.toEqual([]);
  });
});
