import { expect, it } from 'vitest';
import { lastTurns, type Turn } from '@switchyard/contracts';
import { turnsForPrompt } from './turns-for-prompt.js';

const turns: Turn[] = [{ role: 'customer', text: 'aaaa' }, { role: 'mesh', text: 'bbb😀' }, { role: 'customer', text: 'cc' }];

it('the last turns are kept within a budget, the oldest with its end, and no character is cut in two', () => {
  expect(lastTurns(turns, 100)).toEqual(turns);
  expect([11, 9, 7, 4, 3, 2, 0].map((most) => lastTurns(turns, most).map(({ text }) => text))).toEqual([['aaaa', 'bbb😀', 'cc'], ['aa', 'bbb😀', 'cc'], ['bbb😀', 'cc'], ['😀', 'cc'], ['cc'], ['cc'], []]);
});

it('a model is sent six turns at most, and no more than their tokens', () => {
  const of = (text: string, count: number): Turn[] => Array.from({ length: count }, () => ({ role: 'customer', text }));
  expect(turnsForPrompt(of('hello', 9))).toHaveLength(6);
  expect(turnsForPrompt(of('字'.repeat(700), 6)).map(({ text }) => text.length)).toEqual([100, 700, 700]);
  expect(turnsForPrompt(of('x'.repeat(3_000), 6)).reduce((sum, { text }) => sum + text.length, 0)).toBeCloseTo(4_500, -1);
});
