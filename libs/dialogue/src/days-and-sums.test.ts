import { expect, it } from 'vitest';
import type { FlowState, Slots } from '@switchyard/contracts';
import { FlowFile, SlotDefinition } from '@switchyard/site';
import { advance, startFlow } from './advance-flow.js';
import { compileFlow } from './compile-flow.js';
import type { FlowStepResult } from './flow-program.js';

const both = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });
const program = compileFlow(
  FlowFile.parse({
    name: 'visit',
    description: both('上门', 'visit'),
    steps: [
      { ask: 'day', question: both('哪天？', 'Which day?') },
      { ask: 'price', question: both('预算多少？', 'What may it cost?') },
      { confirm: both('{{slots.day | date}}，{{slots.price | money:CNY}}，对吗？', '{{slots.day | date}}, {{slots.price | money:CNY}}, right?'), declined: both('好，不约。', 'All right, no visit.') },
      { say: both('已约好。', 'Booked.') },
    ],
  }),
);
const definitions = { day: SlotDefinition.parse({ kind: 'date' }), price: SlotDefinition.parse({ kind: 'amount' }) };
const day = (value: string, raw: string): Slots => ({ day: { value, raw } });

it('asks for a day and a sum, shows them, takes another day for a correction and a yes for a yes', () => {
  let state: FlowState = startFlow(program, 'v1');
  let said: FlowStepResult | undefined;
  const say = (text: string, slots: Slots = {}): string => {
    said = advance(program, state, { text, slots, definitions, language: 'zh', lastSaid: said?.say.join('\n') });
    state = said.state;
    return said.say.join('\n');
  };
  expect(say('约个上门')).toBe('哪天？');
  expect(say('明天吧', day('2026-11-12', '明天'))).toBe('预算多少？');
  expect(say('三百块', { price: { value: 300, raw: '三百块' } })).toBe('2026年11月12日，¥300.00，对吗？');
  expect(say('不对，后天', day('2026-11-13', '后天'))).toBe('2026年11月13日，¥300.00，对吗？');
  expect(say('好的')).toBe('已约好。');
});
