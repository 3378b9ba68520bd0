import { describe, expect, it } from 'vitest';
import type { KnowledgeHit } from '@switchyard/contracts';
import { differsBySlips, forgiveTypos } from './forgive-typos.js';
import { coverage, statisticsIndices, weighQuestion } from './weigh-question.js';
import { hashTerm } from '../terms/hash-term.js';
import { extractTerms, termSet } from '../terms/extract-terms.js';

describe('a word differs by slips', () => {
  it.each([['warrenty', 'warranty', 1], ['waranty', 'warranty', 1], ['invocie', 'invoice', 1], ['kettel', 'kettle', 1], ['delivry', 'delivery', 1], ['recieve', 'receive', 1], ['instalation', 'installation', 1], ['garantee', 'guarantee', 1], ['shippong', 'shipping', 1], ['deilvrey', 'delivery', 2]])('%s is meant for %s', (typed, word, most) => {
    expect(differsBySlips(typed, word, most)).toBe(true);
  });

  it.each([['parking', 'packing', 1], ['booking', 'cooking', 1], ['charging', 'changing', 1], ['warrenty', 'warranty', 0], ['kettle', 'settle', 2], ['refund', 'invoice', 2], ['coupon', 'coupons', 0]])('%s is not meant for %s', (typed, word, most) => {
    expect(differsBySlips(typed, word, most)).toBe(false);
  });
});

const hit = (text: string): KnowledgeHit => ({ score: 1, lexical: 1, passage: { id: text, documentId: 'd', title: '', text, language: 'en', position: 0, metadata: {}, sparse: { indices: [], values: [] } } });

/** Coverage of the question by the passage, with typos forgiven, where the collection is that passage. */
function covered(question: string, text: string): number {
  const known = new Set([...termSet(text)].map(hashTerm));
  const frequencies = statisticsIndices(question).map((id) => (known.has(id) ? 1 : 0));
  const weighed = weighQuestion(question, { passages: 10, frequencies });
  const terms = [...weighed.weights.keys()].map((term) => (known.has(hashTerm(term)) ? 1 : 0));
  return coverage(forgiveTypos(weighed, terms, [hit(text)]), termSet(text));
}

describe('typos in a question', () => {
  it.each([
    ['warrenty of the kettel', 'The warranty of the kettle is two years.'],
    ['运废', '退货运费由我们承担。'],
    ['什么时候发或', '下单后当天发货。'],
  ])('count as the word that the passages have: %s', (question, text) => {
    expect(covered(question, text)).toBeGreaterThan(covered('zzzzz', text));
    expect(covered(question, text)).toBe(1);
  });

  it('leave a question alone whose words are other words', () => {
    expect(covered('parking', 'Packing is free.')).toBe(0);
    expect(extractTerms('parking')).toHaveLength(1);
    expect(covered('汽车', '退货运费由我们承担。')).toBe(0);
  });
});
