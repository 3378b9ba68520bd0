import { describe, expect, it } from 'vitest';
import type { KnowledgeHit } from '@switchyard/contracts';
import { foldDuplicates, saysTheSame } from './fold-duplicates.js';

const hit = (documentId: string, title: string, text: string, language = 'en'): KnowledgeHit => ({ score: 1, lexical: 1, passage: { id: documentId, documentId, title, text, language, position: 0, metadata: {}, sparse: { indices: [], values: [] } } });
const RETURNS = 'You may return an item within 15 days of receipt if it is unused and in its original packaging. We pay for return shipping.';
const RETURNS_ZH = '签收后15天内，商品未使用且包装完好的，可以申请退货，退货运费由我们承担。';

describe('two texts say the same', () => {
  it.each([
    [RETURNS, RETURNS.replace('We pay', 'we pay').replace('15 days of', '15  days of')],
    [RETURNS, `${RETURNS} Thank you.`],
    [RETURNS_ZH, RETURNS_ZH.replace('。', '！')],
    [RETURNS_ZH, '簽收後15天內，商品未使用且包裝完好的，可以申請退貨，退貨運費由我們承擔。'],
  ])('where only form differs: %j', (left, right) => {
    expect(saysTheSame(left, right)).toBe(true);
  });

  it.each([
    [RETURNS, RETURNS.replace('15', '30')],
    [RETURNS, RETURNS.replace('We pay', 'We do not pay')],
    [RETURNS_ZH, RETURNS_ZH.replace('可以', '不可以')],
    [RETURNS, 'The kettle has a warranty of two years.'],
    ['Yes.', 'No.'],
  ])('never where a number or a "not" differs: %j', (left, right) => {
    expect(saysTheSame(left, right)).toBe(false);
  });
});

describe('folding hits', () => {
  it('keeps the best of those that say the same, and names where else it stands', () => {
    const found = foldDuplicates([hit('a', 'Returns', RETURNS), hit('b', 'Returns', `${RETURNS} `), hit('c', 'FAQ › Returns', RETURNS), hit('d', 'Returns', 'Gift cards cannot be returned.')], 10);
    expect(found.map(({ passage, alsoIn }) => [passage.documentId, alsoIn])).toEqual([['a', ['b', 'c']], ['d', undefined]]);
  });

  it('leaves short answers under other titles alone: they are said of something else', () => {
    const found = foldDuplicates([hit('a', 'Hotel A › Wi-Fi', 'Yes, it is free.'), hit('b', 'Hotel B › Wi-Fi', 'Yes, it is free.')], 10);
    expect(found).toHaveLength(2);
  });

  it('fills the places that folding makes free, and no more', () => {
    const found = foldDuplicates([hit('a', 'R', RETURNS), hit('b', 'R', RETURNS), hit('c', 'S', 'Shipping is free.'), hit('d', 'T', 'Parking is free.')], 2);
    expect(found.map(({ passage }) => passage.documentId)).toEqual(['a', 'c']);
  });
});
