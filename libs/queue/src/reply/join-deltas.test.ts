import { describe, expect, it } from 'vitest';
import { DeltaJoin } from './join-deltas.js';

/** Everything that a client has read at the end. */
function read(deltas: [epoch: number, text: string][], reply: string): string {
  const join = new DeltaJoin();
  return deltas.map(([epoch, text]) => join.delta(epoch, text)).join('') + join.reply(reply);
}

describe('DeltaJoin', () => {
  it.each<[string, [number, string][], string, string]>([
    ['says the reply where no delta came', [], 'Hello.', 'Hello.'],
    ['adds nothing where the deltas were the reply', [[1, 'Hel'], [1, 'lo.']], 'Hello.', 'Hello.'],
    ['completes deltas that stopped early', [[1, 'Hel']], 'Hello.', 'Hello.'],
    ['does not repeat a reply that differs in outer white space only', [[1, 'Hello. ']], 'Hello.', 'Hello. '],
    ['says a reply whole that is not what the deltas said', [[1, 'Hallo']], 'Hello.', 'Hallo\n\nHello.'],
    ['holds a newer run back and completes from the reply', [[1, 'Hel'], [2, 'Hel'], [2, 'lo']], 'Hello.', 'Hello.'],
    ['drops late deltas of an older run', [[2, 'Hel'], [1, 'xx'], [2, 'lo']], 'Hello', 'Hello'],
    ['says the reply of a newer run whole where it differs', [[1, 'One'], [2, 'Two']], 'Two', 'One\n\nTwo'],
    ['drops what a newer run made obsolete even if it comes after', [[1, 'One'], [2, 'One'], [1, ' more']], 'One more', 'One more'],
    ['says nothing more where the reply is silence', [[1, 'Hel']], '', 'Hel'],
  ])('%s', (_title, deltas, reply, expected) => {
    expect(read(deltas, reply)).toBe(expected);
  });
});
