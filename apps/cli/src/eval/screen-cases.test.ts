import { expect, it } from 'vitest';
import { buildWordMatcher } from '@switchyard/guardrail';
import { falseFlags, isFound, macroRecall, recallByKind } from './screen-cases.js';

const words = ['坏东西', '小姐'];
const matcher = buildWordMatcher([{ file: 'a', category: 'a', action: 'refuse', words, allow: [] }]);

it('counts a case as found only where a match covers all letters of the hidden word', () => {
  const one = { text: '说【坏】【东】【西】了', word: '坏东西', variant: 'bracket', start: 1, end: 10 };
  expect(isFound(one, [{ start: 2, end: 9 }])).toBe(true);
  expect(isFound(one, [{ start: 2, end: 6 }])).toBe(false);
  expect(isFound(one, [])).toBe(false);
});

it('tells recall by kind, and their mean', () => {
  const kinds = recallByKind(
    [
      { text: '坏*东*西', word: '坏东西', variant: 'symbol', start: 0, end: 5 },
      { text: '坏人', word: '坏人', variant: 'plain', start: 0, end: 2 },
      { text: '小姐', word: '小姐', variant: 'plain', start: 0, end: 2 },
    ],
    matcher,
  );
  expect(kinds).toEqual([
    { kind: 'symbol', cases: 1, found: 1 },
    { kind: 'plain', cases: 2, found: 1 },
  ]);
  expect(macroRecall(kinds)).toBe(0.75);
});

it('tells what seeing through disguises adds to exact matching', () => {
  expect(falseFlags(['小姐你好', '你这坏dong西', '你好'], words, matcher)).toEqual({ texts: 3, exact: 1, flagged: 2, added: 1, addedByDisguise: { pinyin: 1 } });
});
