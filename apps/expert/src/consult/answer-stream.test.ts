import { describe, expect, it } from 'vitest';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { buildWordMatcher } from '@switchyard/guardrail';
import { expertSite } from '../__fixtures__/expert-site.js';
import { seeded, splitByChance } from '../__fixtures__/scripted-provider.js';
import { createAnswerStream } from './answer-stream.js';
import { willBeTried } from './will-be-tried.js';

const matcher = buildWordMatcher(expertSite().words);
function streamed(pieces: readonly string[], map = {}) {
  const sent: string[] = [];
  const stream = createAnswerStream(map, matcher, (text) => sent.push(text));
  for (const piece of pieces) stream.push(piece);
  return { sent, answer: stream.end() };
}

describe('an answer on its way to the customer', () => {
  it.each([
    ['English', ['It costs 19.', '9 CNY. Or v1', '.2! Bye'], ['It costs 19.9 CNY. ', 'Or v1.2! ', 'Bye']],
    ['Chinese', ['您好，', '满 99 元包邮。还', '有吗？', '好'], ['您好，满 99 元包邮。', '还有吗？', '好']],
    ['lines', ['a\n', 'b'], ['a\n', 'b']],
  ])('is sent sentence by sentence: %s', (_title, pieces, sentences) => {
    const { sent, answer } = streamed(pieces);
    expect(sent).toEqual(sentences);
    expect(answer).toEqual({ text: sentences.join(''), blocked: undefined, masked: false, categories: [] });
  });

  it('has its personal data back, however it was cut', () => {
    const chance = seeded(7);
    for (let round = 0; round < 200; round++) {
      const { sent, answer } = streamed(splitByChance('请拨打<PHONE_1>。Or <phone_1>, 1 < 2.', chance), { '<PHONE_1>': '13800138000' });
      expect(answer.text).toBe('请拨打13800138000。Or 13800138000, 1 < 2.');
      expect(sent.join('')).toBe(answer.text);
    }
  });

  it.each([
    ['refuse', 'Fine. You badword! More. ', ['Fine. ']],
    ['refuse', '很好。脏话词。还有。', ['很好。']],
    ['hand_over', 'crisisword', []],
  ] as const)('stops before a sentence that may not be sent (%s)', (action, text, sentences) => {
    const { sent, answer } = streamed(text.split(/(?<=[.!。] ?)/));
    expect(sent).toEqual(sentences);
    expect(answer.blocked).toBe(action);
  });

  it('is stopped by a word that stands across two sentences, or in pieces', () => {
    expect(streamed(['脏\n话\n', '词。']).answer.blocked).toBe('refuse');
    expect(streamed(['ba', 'dwo', 'rd']).answer.blocked).toBe('refuse');
  });

  it('has a word masked that stands across two sentences', () => {
    const stretched = buildWordMatcher([{ file: 'a', category: 'a', action: 'mask', words: ['对手商店'], allow: [] }]);
    const sent: string[] = [];
    const stream = createAnswerStream({}, stretched, (text) => sent.push(text));
    for (const piece of ['去对手. ', '商店. 看看。', '好']) stream.push(piece);
    expect(stream.end()).toMatchObject({ masked: true, text: '去******. 看看。好' });
    expect(sent.join('')).toBe('去******. 看看。好');
  });

  it('has words masked that are to be', () => {
    const { sent, answer } = streamed(['Try rivalshop. ', 'Or us.']);
    expect(sent).toEqual(['Try *********. ', 'Or us.']);
    expect(answer).toMatchObject({ text: 'Try *********. Or us.', masked: true, categories: ['rivals'], blocked: undefined });
  });
});

describe('an error', () => {
  it.each([
    ['is tried again', 'MODEL_UNAVAILABLE', 1, 10_000, undefined, true],
    ['is not on the last attempt', 'MODEL_UNAVAILABLE', 3, 10_000, undefined, false],
    ['is not where the catalogue says so', 'MODEL_REJECTED', 1, 10_000, undefined, false],
    ['is not where the deadline comes first', 'MODEL_UNAVAILABLE', 2, 1_000, undefined, false],
    ['is not where the provider asks to wait longer', 'MODEL_OVERLOADED', 1, 10_000, 30_000, false],
    ['is after the wait that the provider asks for', 'MODEL_OVERLOADED', 1, 10_000, 3_000, true],
  ] as [string, ErrorCode, number, number, number | undefined, boolean][])('%s', (_title, code, attempt, timeLeftMs, retryAfterMs, tried) => {
    expect(willBeTried(new MeshError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }), { attempt, timeLeftMs })).toBe(tried);
  });
});
