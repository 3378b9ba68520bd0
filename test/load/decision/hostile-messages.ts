/** Messages that are long or broken, and how long the dispatcher's event loop stands still for each. */
import { performance } from 'node:perf_hooks';
import { MAX_TEXT } from '@switchyard/contracts';
import { findSlots } from '@switchyard/intent';
import { slotsOf } from '@switchyard/site';
import type { Dispatching } from '../../../apps/dispatcher/dist/dispatch-message.js';
import { readMessage } from '../../../apps/dispatcher/dist/screen/read-message.js';

export interface Hostile {
  readonly name: string;
  /** The shortest of five, in ms: what it takes where no other program has the processor. At the longest message that the mesh accepts, and at 100,000 characters. */
  readonly acceptedMs: number;
  readonly longMs: number;
}

const LONG = 100_000;
const repeat = (text: string) => (length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);

const MESSAGES: Readonly<Record<string, (length: number) => string>> = {
  'one Latin letter': repeat('a'),
  'one Han character': repeat('的'),
  digits: repeat('1'),
  'digits and spaces': repeat('1 2-'),
  'lone surrogates': repeat('\ud83d'),
  emoji: repeat('😀'),
  'combining marks': (length) => `e${'\u0301'.repeat(length - 1)}`,
  'zero-width characters': repeat('a\u200b'),
  'pinyin without spaces': repeat('weixinzhifubao'),
  'signs of an address': repeat('a@'),
  'signs of a date': repeat('1-2年3月'),
  'open brackets': repeat('([{<'),
  'Chinese numerals': repeat('一百万'),
  'full-width letters': repeat('Ａｂ１'),
};

/** What happens between two turns of the event loop for a message: all of a decision that grows with its text. */
function readWhole(tier: Dispatching, text: string): void {
  const message = readMessage(text, tier.matcher);
  tier.recogniser.recognise(message.text, '2026-11-10');
  findSlots(message.text, slotsOf(tier.site), Date.parse('2026-11-10'));
}

export function timeHostile(tier: Dispatching): Hostile[] {
  const least = (text: string): number => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      readWhole(tier, text);
      return performance.now() - began;
    });
    return Math.round(Math.min(...times) * 10) / 10;
  };
  return Object.entries(MESSAGES).map(([name, compose]) => ({ name, acceptedMs: least(compose(MAX_TEXT)), longMs: least(compose(LONG)) }));
}
