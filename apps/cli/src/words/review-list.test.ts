import { beforeAll, describe, expect, it } from 'vitest';
import { buildWordMatcher } from '@switchyard/guardrail';
import { allowOwnForms } from './allow-own-forms.js';
import { generalLanguage, type GeneralLanguage } from './general-language.js';
import { reviewList, type ReviewedWord } from './review-list.js';
import { tellHarmless } from './tell-harmless.js';
import { reviewedLists } from './write-lists.js';

let general: GeneralLanguage;
beforeAll(() => void (general = generalLanguage()), 60_000);

describe('tellHarmless', () => {
  it.each([
    ['a hour', '13点', 'quantity'],
    ['a day', '6月4日', 'quantity'],
    ['a figure', '89', 'quantity'],
    ['a size', '3p', 'quantity'],
    ['a word of trade that the dictionary lacks', '微信', 'everyday'],
    ['a word with a grave character that everybody uses', '身份证', 'everyday'],
    ['a word of the dictionary', '动漫', 'dictionary'],
    ['a rare word of the dictionary', '网址', 'dictionary'],
    ['two usual words', '汽车租赁', 'compound'],
    ['a usual word with a suffix', '银行卡号', 'compound'],
    ['what sort of company', '搬家公司', 'compound'],
  ])('knows %s', (_title, word, kind) => {
    expect(tellHarmless(word, general)).toBe(kind);
  });

  it.each([
    ['weapons', '手枪'],
    ['drugs', '海洛因'],
    ['sex', '口交'],
    ['gambling', '老虎机'],
    ['eavesdropping', '窃听'],
    ['a party', '民主党'],
    ['abuse', '白痴'],
    ['a politician', '温家宝'],
    ['a name that no dictionary has', '钱守义'],
    ['a word that no dictionary has', '楼凤'],
    ['forbidden trade in usual words', '办理护照'],
    ['politics in usual words', '学生领袖'],
    ['a number of a telephone', '13800138000'],
    ['an English word', 'bastard'],
  ])('leaves %s to the list', (_title, word) => {
    expect(tellHarmless(word, general)).toBeUndefined();
  });
});

describe('reviewList', () => {
  const LIST = ['鸭店', '手枪', '代开发票', '北京', '信教', '兼职', '优惠券活动', '验证玛', '坏'];
  const ownTexts = ['优惠券活动什么时候开始？', '请输入验证码。'];
  let reviewed: ReviewedWord[];
  beforeAll(() => void (reviewed = reviewList(LIST, ownTexts, general)));
  const reasonOf = (word: string): string | undefined => reviewed.find((one) => one.word === word)?.reason;

  it('keeps the order of the list and tells why a word is only recorded', () => {
    expect(reviewed.map(({ word }) => word)).toEqual(LIST);
    expect(reasonOf('手枪')).toBe('kept');
    expect(reasonOf('代开发票')).toBe('kept');
    expect(reasonOf('北京')).toBe('frequent');
    expect(reasonOf('优惠券活动')).toBe('own_text');
    expect(reasonOf('坏')).toBe('one_character');
    expect(reasonOf('兼职')).not.toBe('kept');
  });

  it('acts on what is meant, and not where words meet by chance', () => {
    const [acted, ordinary] = reviewedLists(reviewed, { file: 'words/public.txt', category: 'public', action: 'refuse' });
    const { find } = buildWordMatcher([allowOwnForms(acted, ownTexts), ordinary]);
    const actionsOn = (text: string): string[] => find(text).map(({ action }) => action);
    expect(actionsOn('附近有北京烤鸭店吗')).toEqual(['flag']);
    expect(actionsOn('我要去鸭店')).toEqual(['refuse']);
    expect(actionsOn('鸭 店在哪')).toEqual(['refuse']);
    expect(actionsOn('卖手*枪吗')).toEqual(['refuse']);
    expect(actionsOn('有兼职吗')).toEqual(['flag']);
    expect(actionsOn('收不到验证码')).toEqual([]);
    expect(actionsOn('收不到验证玛')).toEqual(['refuse']);
  });
});

describe('allowOwnForms', () => {
  const list = { file: 'a', category: 'a', action: 'refuse', words: ['台湾独立', '台wan'], allow: [] } as const;

  it('allows what the texts write, as they write it, and nothing else', () => {
    const allowed = allowOwnForms(list, ['Do you deliver to Taiwan?', 'no word here']);
    expect(allowed.allow).toEqual(['taiwan']);
    const { find } = buildWordMatcher([allowed]);
    expect(find('shipping to Taiwan')).toEqual([]);
    expect(find('台wan')).toHaveLength(1);
    expect(find('支持taiwanduli吗')).toHaveLength(1);
  });

  it('leaves the list alone where there is nothing to allow', () => {
    expect(allowOwnForms(list, ['hello'])).toBe(list);
  });
});
