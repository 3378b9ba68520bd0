import { describe, expect, it } from 'vitest';
import { extractTerms, termSet } from './extract-terms.js';
import { hashTerm } from './hash-term.js';
import { normaliseText } from './normalise-text.js';
import { passageVector, queryVector } from './sparse-vector.js';
import { alternativesOf } from './synonyms.js';

describe('extractTerms', () => {
  it('finds two-character words inside compounds that the segmenter cuts elsewhere', () => {
    const terms = termSet('退货运费由谁承担');
    for (const word of ['退货', '运费', '承担']) expect(terms).toContain(word);
  });

  it('makes no pair across words that only hold a sentence together', () => {
    const terms = termSet('运费多少钱，我的订单怎么退');
    expect(terms).not.toContain('费多');
    expect(terms).not.toContain('的订');
    expect(terms).toContain('订单');
  });

  it.each([
    ['HG20260001', 'hg20260001'],
    ['错误E01怎么办', 'e01'],
    ['ＨＧ２０２６０００１', 'hg20260001'],
    ['运费3.5元', '3.5'],
    ['within 30 days', '30'],
  ])('keeps the code or number of %s as one term', (text, term) => {
    expect(termSet(text)).toContain(term);
  });

  it('finds a number and its unit when they are written together', () => {
    expect(termSet('30days')).toEqual(termSet('30days 30 day'));
  });

  it('stems English and drops what carries no subject', () => {
    expect(extractTerms('How are the refunds handled?').map(({ term }) => term)).toEqual(['refund', 'handl']);
  });

  it('takes traditional for simplified and full width for half width', () => {
    expect(termSet('運費與發票')).toEqual(termSet('运费与发票'));
    expect(normaliseText('Ｗｉ-Ｆｉ\u200B設定')).toBe('wi-fi设定');
  });
});

describe('sparse vectors', () => {
  it('hash terms as MurmurHash3 does, so that a Qdrant index has the same ids', () => {
    // Reference values of MurmurHash3 x86 32, seed 0: "test" ba6bd213, "hello" 248bfa47, "" 0.
    expect(hashTerm('test')).toBe(Math.abs(0xba6bd213 | 0));
    expect(hashTerm('hello')).toBe(0x248bfa47);
    expect(hashTerm('')).toBe(0);
  });

  it('weigh a repeated term more, but less than twice, and a long passage less', () => {
    const weight = (text: string): number => passageVector(extractTerms(text)).values.at(-1) ?? 0;
    expect(weight('运费 运费')).toBeGreaterThan(weight('运费'));
    expect(weight('运费 运费')).toBeLessThan(2 * weight('运费'));
    expect(weight(`${'订单 '.repeat(80)} 运费`)).toBeLessThan(weight('运费'));
  });

  it('give every term of a question the weight 1, and its synonyms less', () => {
    const vector = queryVector('邮费');
    const weightOf = (term: string): number | undefined => vector.values[vector.indices.indexOf(hashTerm(term))];
    expect(weightOf('邮费')).toBe(1);
    expect(weightOf('运费')).toBeLessThan(1);
    expect(alternativesOf('when do I get my money back').get('monei')).toContainEqual(['refund']);
  });
});
