import { expect, it } from 'vitest';
import { answerKind, hasAnswerOf, withoutCue } from './answer-kind.js';

it.each([
  ['退货要多久', 'duration'], ['退貨要多長時間', 'duration'],
  ['運費多少錢', 'money'], ['运费多少钱', 'money'],
  ['什麼時候發貨', 'time'], ['客服電話', 'contact'], ['可以換貨嗎', 'possibility'],
  ['how long does it take', 'duration'], ['tell me about delivery', 'any'],
] as const)('"%s" asks for %s', (question, kind) => {
  expect(answerKind(question)).toBe(kind);
});

it('knows an answer in traditional characters', () => {
  expect(hasAnswerOf('duration', '三個工作日內送達')).toBe(true);
  expect(hasAnswerOf('money', '全場免運')).toBe(true);
});

it('takes the cue of a question off, in either kind of Chinese', () => {
  expect(withoutCue('退貨要多長時間')).toBe(withoutCue('退货要多长时间'));
});
