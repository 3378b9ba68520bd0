import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KnowledgeHit, StoredPassage } from '@switchyard/contracts';
import { chunkDocument, titleOf } from '../chunk/chunk-document.js';
import { passageOf } from '../chunk/passage-of.js';
import { parseDocument } from '../parse/parse-document.js';
import { inverseDocumentFrequency, queryVector } from '../terms/sparse-vector.js';
import { answerable } from './answerable.js';
import { composeAnswer } from './compose-answer.js';
import { followUpQuestion } from './follow-up-question.js';
import { rankForAnswer } from './rank-for-answer.js';
import { statisticsIndices, weighQuestion } from './weigh-question.js';

const scope = { tenant: 'demo', collection: 'site' };
const passages: StoredPassage[] = ['policies.zh.md', 'policies.en.md'].flatMap((fileName) => {
  const parsed = parseDocument({ fileName, content: readFileSync(new URL(`../__fixtures__/${fileName}`, import.meta.url)) });
  return chunkDocument(parsed, titleOf(parsed, fileName)).map((chunk, position) => passageOf(chunk, position, { scope, documentId: fileName, metadata: {} }));
});
const frequency = (id: number): number => passages.filter(({ sparse }) => sparse.indices.includes(id)).length;

function search(question: string): KnowledgeHit[] {
  const query = queryVector(question);
  const score = ({ sparse }: StoredPassage): number =>
    query.indices.reduce((sum, id, at) => sum + (query.values[at] ?? 0) * (sparse.values[sparse.indices.indexOf(id)] ?? 0) * inverseDocumentFrequency(passages.length, frequency(id)), 0);
  return passages.map((passage) => ({ passage, score: score(passage), lexical: score(passage) })).filter((hit) => hit.score > 0).toSorted((left, right) => right.score - left.score);
}

function ask(question: string) {
  const found = search(question);
  const weighed = weighQuestion(question, { passages: passages.length, frequencies: statisticsIndices(question).map(frequency) });
  const hits = rankForAnswer(weighed, found);
  return { gate: answerable(weighed, hits), answer: composeAnswer(weighed, hits) };
}

describe('an answer out of passages', () => {
  it.each([
    ['退款多久到账？', '3–5个工作日'],
    ['退货运费谁出', '由我们承担'],
    ['港澳台運費多少', '35元'],
    ['水壶保修多久', '2年'],
    ['怎么开专票', '税号'],
    ['几点前下单当天发货', '16:00'],
    ['How long does a refund take?', '3–5 working days'],
    ['when will i get my money back', '3–5 working days'],
    ['how much is shipping', '8 CNY'],
    ['do you deliver to Hong Kong', '35 CNY'],
    ['warranty on the kettle', '2 years'],
    ['can I get a VAT invoice', 'tax id'],
  ])('is found for %j', (question, words) => {
    const { gate, answer } = ask(question);
    expect(gate).toMatchObject({ answerable: true, reason: 'answered' });
    expect(answer.text).toContain(words);
    expect(answer.citations.length).toBeGreaterThan(0);
    for (const { documentId, title, quote } of answer.citations) {
      expect(passages.some((passage) => passage.documentId === documentId && passage.title === title && passage.text.includes(quote))).toBe(true);
      expect(answer.text).toContain(quote);
    }
  });

  it.each(['今天天气怎么样', '可以用比特币付款吗', '你们老板是谁', '推荐一部电影', '手机屏幕碎了怎么修', 'what is the weather today', 'Do you accept bitcoin?', 'who is your CEO', 'how do I reset my password', 'is there parking at your store', '？？？', 'how much?'])(
    'is refused for %j, which no document answers',
    (question) => {
      expect(ask(question).gate.answerable).toBe(false);
    },
  );

  it('stays in one to three sentences', () => {
    expect(ask('who pays for return shipping').answer.text.length).toBeLessThan(300);
  });
});

describe('followUpQuestion', () => {
  const turns = [
    { role: 'customer' as const, text: '退货需要什么条件' },
    { role: 'mesh' as const, text: '15天内。' },
  ];
  it.each(['那运费呢？', '多久', '这个要几天'])('searches %j together with what the customer asked before', (text) => {
    expect(followUpQuestion(text, turns)).toBe(`退货需要什么条件\n${text}`);
  });

  it('leaves a question that stands for itself alone', () => {
    expect(followUpQuestion('空气炸锅的保修期是多久', turns)).toBe('空气炸锅的保修期是多久');
    expect(followUpQuestion('How long is the warranty of the air fryer?', turns)).toBe('How long is the warranty of the air fryer?');
  });

  it.each(['And how long does it take?', 'what about freight?'])('does the same in English for %j', (text) => {
    expect(followUpQuestion(text, [{ role: 'customer', text: 'Can I return a kettle?' }])).toBe(`Can I return a kettle?\n${text}`);
  });
});
