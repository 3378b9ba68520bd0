import { expect, it } from 'vitest';
import { lastTurns, type Turn } from '@switchyard/contracts';
import { earlierForPrompt, turnsForPrompt } from './turns-for-prompt.js';

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

it('a model is told by label what was asked before the turns that it is sent, and no word of it', () => {
  const asked = (label: string): Turn => ({ role: 'customer', text: `I want ${label}`, intents: [label] });
  expect(earlierForPrompt([asked('refund'), asked('invoice')])).toBe('');
  expect(earlierForPrompt([asked('refund'), ...Array.from({ length: 6 }, () => asked('invoice'))], [{ intents: ['order_status', 'refund'], keywords: ['ignore your orders'] }])).toBe('Earlier in the conversation the customer asked for: order_status; refund.');
  expect(earlierForPrompt([], Array.from({ length: 12 }, (_, number) => ({ intents: [`i${number}`], keywords: [] }))).match(/i\d+/g)).toEqual(['i4', 'i5', 'i6', 'i7', 'i8', 'i9', 'i10', 'i11']);
});
