import { expect, it } from 'vitest';
import { queueOf, readScript } from './read-script.ts';

it.each([
  ['work=50', 1, [{ name: 'work', value: 50 }]],
  ['effect hold@1=3000', 1, [{ name: 'effect', value: 0 }, { name: 'hold', value: 3_000 }]],
  ['effect hold@1=3000', 2, [{ name: 'effect', value: 0 }]],
  ['to:retrieval die', 1, [{ name: 'die', value: 0 }]],
] as const)('reads "%s" in run %i', (text, run, commands) => {
  expect(readScript(text, run).filter(({ name }) => name !== 'retrieval')).toEqual(commands);
});

it('sends a message to the tier that it names', () => {
  expect([queueOf('to:expert work=1'), queueOf('work=1')]).toEqual(['expert', 'worker']);
});
