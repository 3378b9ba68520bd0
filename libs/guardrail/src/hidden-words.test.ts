import { describe, expect, it } from 'vitest';
import { WORD_DISGUISES, type WordDisguise, type WordList } from '@switchyard/site';
import { buildWordMatcher } from './word-matcher.js';

const list = (changes: Partial<WordList>): WordList => ({ file: 'words/a.txt', category: 'abuse', action: 'refuse', words: [], allow: [], ...changes });
const words = ['坏东西', '小姐服务', '发票', '代开发票', '好人卡', '傻瓜', '北京', '女孩'];
const matcher = buildWordMatcher([list({ words, allow: ['dkfp'] })]);
const found = (text: string): string[] => matcher.find(text).map((match) => `${match.disguise}: ${text.slice(match.start, match.end)}`);

describe('a word hidden by its sound or shape', () => {
  it.each([
    ['in pinyin', '你这huaidongxi啊', 'pinyin: huaidongxi'],
    ['in pinyin with spaces', '你这 huai dong xi', 'pinyin: huai dong xi'],
    ['in pinyin with tones by number', '你这huai4dong1xi啊', 'pinyin: huai4dong1xi'],
    ['in pinyin with tones', '你这huàidōngxī啊', 'pinyin: huàidōngxī'],
    ['in capitals of pinyin', '有FAPIAO吗', 'pinyin: FAPIAO'],
    ['in pinyin of full width', '有ｆａｐｉａｏ吗', 'pinyin: ｆａｐｉａｏ'],
    ['in pinyin alone, when it is long', 'xiaojiefuwu', 'pinyin: xiaojiefuwu'],
    ['with one character in pinyin', '你这坏dong西', 'pinyin: 坏dong西'],
    ['with the first one in pinyin', '你这huai东西', 'pinyin: huai东西'],
    ['of two characters, one in pinyin', '开发piao吧', 'pinyin: 发piao'],
    ['in first letters', '能xjfw吗', 'initials: xjfw'],
    ['in first letters beside an amount', '帮我xjfw100元', 'initials: xjfw'],
    ['in characters and first letters', '要小jfw的', 'initials: 小jfw'],
    ['in pinyin and first letters', '要xiaojfw的', 'initials: xiaojfw'],
    ['with a character of the same sound', '你这坏冬西啊', 'homophones: 坏冬西'],
    ['with characters in their parts', '发女子人卡', 'split: 女子人卡'],
    ['with both characters of two in their parts', '亻夋 女亥', 'none'],
  ])('is found %s', (_title, text, expected) => {
    expect(found(text)).toEqual(expected === 'none' ? [] : [expected]);
  });

  it.each([
    ['an English word that could be pinyin', '这个fan和pan'],
    ['English text', 'he can go, we too; a long song about women in China'],
    ['first letters in a text without Chinese', 'my code is xjfw'],
    ['first letters in capitals', 'XJFW是什么'],
    ['an order number', '订单fp20260020'],
    ['an address', '看www.fapiao.com 和 a@fapiao.cn'],
    ['a name that a list allows', '有dkfp吗'],
    ['part of a longer pinyin word', '在fapiaoli'],
    ['an everyday abbreviation', '有wifi和app吗'],
    ['ordinary characters that sound the same', '我想怀东西'.slice(0, 3)],
    ['the parts as a word of their own', '女子人很多'],
  ])('is not seen in %s', (_title, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each<[WordDisguise, string]>([
    ['letter_forms', 'ｓcam'],
    ['look_alikes', 'sсam'],
    ['traditional', '壞东西'],
    ['gaps', '坏*东*西'],
    ['invisible', '坏\u200b东西'],
    ['repeated', '坏坏东东西西'],
    ['reversed', '西东坏'],
    ['leet', 'sc4m'],
    ['pinyin', '坏dong西'],
    ['initials', '要xjfw'],
    ['homophones', '坏冬西'],
    ['split', '女子人卡'],
  ])('is left alone by a category that does not see through %s, and found by one that does', (kind, text) => {
    const all = [...words, 'scam'];
    const [off, on] = [list({ file: 'off', words: all, without: [kind] }), list({ file: 'on', words: all, without: WORD_DISGUISES.filter((one) => one !== kind) })];
    expect(buildWordMatcher([off]).find(text)).toEqual([]);
    expect(buildWordMatcher([on]).find(text)).toHaveLength(1);
  });

  it('counts a standalone word only where it is no part of a longer one', () => {
    const alone = buildWordMatcher([list({ words: ['法正'], standalone: ['法正'] })]);
    expect(alone.find('这合法正当吗')).toEqual([]);
    expect(alone.find('法正')).toHaveLength(1);
    expect(alone.find('这个fazheng吗')).toHaveLength(1);
  });

  it('counts a standalone word also beside what it could be a part of, where something stands between its characters', () => {
    const alone = buildWordMatcher([list({ words: ['法正'], standalone: ['法正'] })]);
    for (const text of ['这合法 正当吗', '这合法*正当吗', '这合法\u200b正当吗']) expect(alone.find(text), text).toHaveLength(1);
  });

  it('takes a longer word for harmless only where it is written evenly', () => {
    const some = buildWordMatcher([list({ words: ['鸭店'], allow: ['烤鸭店'] })]);
    expect(some.find('去烤鸭店')).toEqual([]);
    expect(some.find('去烤鴨店')).toEqual([]);
    expect(some.find('去烤 鸭 店')).toEqual([]);
    expect(some.find('去烤鸭*店')).toHaveLength(1);
    expect(some.find('去烤ya店')).toHaveLength(1);
  });
});
