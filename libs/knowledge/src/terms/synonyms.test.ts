import { describe, expect, it } from 'vitest';
import { coverage, statisticsIndices, weighQuestion } from '../answer/weigh-question.js';
import { termSet } from './extract-terms.js';
import { hashTerm } from './hash-term.js';
import { queryVector } from './sparse-vector.js';
import { alternativesOf, problemsOfSynonyms, withOwnSynonyms } from './synonyms.js';

const OWN = withOwnSynonyms([['净水器', '滤水机'], ['returns desk', 'RMA'], ['上门取件', '上门揽收', 'home collection']]);

/** How much of the question a passage holds, where every term is as rare. */
function covered(question: string, passage: string, synonyms = OWN): number {
  const frequencies = statisticsIndices(question, synonyms).map(() => 1);
  return coverage(weighQuestion(question, { passages: 10, frequencies }, synonyms), termSet(passage));
}

describe('synonyms of a site', () => {
  it.each([
    ['净水器的滤芯', '滤水机的滤芯每半年更换。'],
    ['滤水机的滤芯', '净水器的滤芯每半年更换。'],
    ['returns desk address', 'Send it to the address of the RMA.'],
    ['RMA address', 'Our returns desk has the address below.'],
    ['上门取件的时间', '上门揽收的时间是每天上午。'],
    ['上门取件', 'Home collection is free.'],
    ['home collection', '支持上门取件。'],
  ])('make %s wholly covered by %s', (question, passage) => {
    expect(covered(question, passage)).toBe(1);
    expect(covered(question, passage, withOwnSynonyms([]))).toBeLessThan(1);
  });

  it('are asked for at half the weight, their own word at the whole', () => {
    const { indices, values } = queryVector('RMA address', OWN);
    const weightOf = (term: string): number | undefined => values[indices.indexOf(hashTerm(term))];
    expect([weightOf('rma'), weightOf('desk'), weightOf('return')]).toEqual([1, 0.5, 0.5]);
    expect(queryVector('RMA address').indices).not.toContain(hashTerm('desk'));
  });

  it('count only where all words of an entry stand in the question, and all of another in the passage', () => {
    expect(alternativesOf('When is the desk back in stock?', OWN).has('desk')).toBe(false);
    expect(covered('RMA address', 'The address of the desk.')).toBeLessThan(1);
  });

  it('join the built-in ones', () => {
    expect(covered('邮费', '运费8元。')).toBe(1);
  });

  it('see no difference between traditional and simplified, full width, letter case and spaces', () => {
    expect(covered('濾水機', '净水器', withOwnSynonyms([['淨水器', '濾水機']]))).toBe(1);
    expect(covered('ＲＭＡ', 'returns  desk', withOwnSynonyms([['Returns   Desk', 'rma']]))).toBe(1);
  });

  it('must hold words, and be different ones', () => {
    expect(problemsOfSynonyms([['净水器', '滤水机'], ['the', 'RMA'], ['锅', '炒锅'], ['return', 'returns', 'RMA'], ['淨水器', '净水器']])).toEqual([
      { group: 1, entry: 0, reason: '"the" holds no word that is searched for' },
      { group: 2, entry: 0, reason: '"锅" is one character, which stands in too many words' },
      { group: 3, entry: 1, reason: '"returns" and "return" are the same words' },
      { group: 4, entry: 1, reason: '"净水器" and "淨水器" are the same words' },
    ]);
  });

  it('cost a question next to nothing, as many as there may be', () => {
    const many = withOwnSynonyms(Array.from({ length: 500 }, (_, group) => Array.from({ length: 12 }, (_entry, at) => `品名${group}号${String.fromCodePoint(0x4e00 + at * 50 + group)}`)));
    const began = performance.now();
    for (let at = 0; at < 100; at++) alternativesOf('净水器的滤芯多久换一次？运费谁出', many);
    // 0.2 ms each; here other tests run beside it.
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
