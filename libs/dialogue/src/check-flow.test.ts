import { describe, expect, it } from 'vitest';
import { FlowFile, type FlowStep } from '@switchyard/site';
import { orderStatus, refund, slots, tools } from './__fixtures__/shop.js';
import { checkConfirmation } from './check-confirmation.js';
import { checkFlow } from './check-flow.js';
import { compileFlow } from './compile-flow.js';

const text = (words: string) => ({ zh: words, en: words });
const flow = (steps: FlowStep[]): FlowFile => ({ name: 'f', description: text('f'), leave: [], steps });
const ask: FlowStep = { ask: 'order_id', question: text('?') };
const get = { call: 'get_order', with: { orderId: '{{slots.order_id}}' }, save: 'order' };
const write: FlowStep = { call: 'create_refund', with: { orderId: '{{slots.order_id}}', reason: 'x' } };
const confirm: FlowStep = { confirm: text('?'), declined: text('no') };

describe('checking a flow', () => {
  it('finds nothing wrong with a sound one', () => {
    expect(checkFlow(orderStatus, { tools, slots })).toEqual([]);
    expect(checkFlow(refund, { tools, slots })).toEqual([]);
  });

  it.each<[string, FlowStep[], string]>([
    ['an unknown slot', [{ ask: 'nothing', question: text('?') }], 'steps[0]: there is no slot "nothing"'],
    ['an unknown tool', [{ call: 'nothing' }], 'steps[0]: there is no tool "nothing"'],
    ['a goto without an id', [ask, { goto: 'away' }], 'steps[1]: goto names the id "away", which no step has'],
    ['an id given twice', [{ id: 'a' }, { if: {}, then: [{ id: 'a' }] }], 'steps[1].then[0]: the id "a" is given twice'],
    ['a slot in a template that no intent has', [{ say: text('{{slots.x}}') }], 'steps[0]: {{slots.x}}: slots.x names a slot that no intent has'],
    ['a result that nobody saves', [{ say: text('{{results.x.y}}') }], 'steps[0]: {{results.x.y}}: results.x.y names a result that no call of the flow saves'],
    ['a variable of no kind', [{ say: text('{{name}}') }], 'steps[0]: {{name}}: name is not a variable: slots.…, results.… and request.language are'],
    ['a result that may not be there yet', [{ if: { 'slots.reason': 'quality' }, then: [ask, get] }, { say: text('{{results.order.id}}') }], 'steps[1]: {{results.order.id}}: can be reached before the call that saves order'],
    ['a result after the call that failed', [ask, { ...get, onError: { any: [{ say: text('{{results.order.id}}') }] } }], 'steps[1].onError.any[0]: {{results.order.id}}: can be reached before the call that saves order'],
    ['a condition on nothing', [{ if: { any: [{ 'slots.x': 1 }] }, then: [] }], 'steps[0]: slots.x names a slot that no intent has'],
    ['an unknown filter', [{ say: text('{{slots.reason | shout}}') }], 'steps[0]: {{slots.reason | shout}}: there is no filter "shout"'],
    ['money without a currency', [{ say: text('{{slots.reason | money}}') }], 'steps[0]: {{slots.reason | money}}: money needs a currency: money:CNY'],
    ['a time zone that does not exist', [{ say: text('{{slots.reason | date:Mars/City}}') }], 'steps[0]: {{slots.reason | date:Mars/City}}: date names a time zone that does not exist'],
    ['braces that do not close', [{ say: text('{{slots.reason') }], 'steps[0]: a "{{" has no "}}", or the other way round'],
    ['an argument that is missing', [{ call: 'get_order' }], 'steps[0]: get_order needs the argument "orderId"'],
    ['an argument that is too much', [ask, { call: 'get_order', with: { orderId: '1', colour: 'red' } }], 'steps[1]: get_order has no argument "colour"'],
    ['an error that the tool never ends with', [ask, { ...get, onError: { on_fire: [] } }], 'steps[1]: onError names "on_fire", which get_order never ends with'],
    ['a loop that never stops', [{ id: 'a' }, { say: text('…') }, { goto: 'a' }], 'steps[2]: the loop neither asks nor calls, so it would never stop'],
    ['an effect without a confirmation', [ask, write], 'steps[1]: create_refund has an effect and can be reached without a "confirm" before it'],
    ['an effect with a confirmation on one way only', [ask, { if: { 'slots.reason': 'quality' }, then: [confirm] }, write], 'steps[2]: create_refund has an effect and can be reached without a "confirm" before it'],
    ['an effect whose value was changed after the confirmation', [ask, confirm, { clear: 'order_id' }, ask, write], 'steps[4]: create_refund has an effect and can be reached without a "confirm" before it'],
  ])('finds %s', (_title, steps, problem) => {
    expect(checkFlow(flow(steps), { tools, slots })).toContain(problem);
  });

  it.each<[string, FlowStep[]]>([
    ['a loop that asks', [{ id: 'a' }, ask, { clear: 'order_id' }, { goto: 'a' }]],
    ['an effect with a confirmation on every way', [ask, { if: { 'slots.reason': 'quality' }, then: [confirm], else: [confirm] }, write]],
    ['a result with a default', [{ if: { 'slots.reason': 'quality' }, then: [ask, get] }, { say: text('{{results.order.id | default:"–"}}') }]],
    ['a result after every way that does not save it has ended', [ask, { ...get, onError: { any: [{ end: true }] } }, { say: text('{{results.order.id}}') }]],
  ])('allows %s', (_title, steps) => {
    expect(checkFlow(flow(steps), { tools, slots })).toEqual([]);
  });

  it('is what compiling insists on', () => {
    expect(() => compileFlow(flow([{ goto: 'away' }]))).toThrow(expect.objectContaining({ code: 'SITE_INVALID' }));
  });
});

describe('checking the words around an effect', () => {
  const schema = { type: 'object', properties: { orderId: {}, note: {} }, required: ['orderId'] };
  const problems = (words: string, part: 'question' | 'done' = 'question'): string[] => checkConfirmation({ arguments: schema, confirm: { question: text('?'), declined: text('no'), done: text('done'), [part]: { zh: '?', en: words } } });

  it.each([
    ['{{arguments.colour}}', '{{arguments.colour}}: the tool has no argument "colour"'],
    ['{{arguments.note}}', '{{arguments.note}}: the argument may be absent, and there is no default'],
    ['{{result.id}}', '{{result.id}}: there is no result before the call'],
    ['{{slots.order_id}}', '{{slots.order_id}}: arguments.…, result.… and request.language are variables here'],
    ['{{arguments.orderId | shout}}', '{{arguments.orderId | shout}}: there is no filter "shout"'],
    ['{{arguments.orderId', 'a "{{" has no "}}", or the other way round'],
  ])('names what has no value: %s', (words, problem) => {
    expect(problems(words)).toEqual([`confirm.question.en: ${problem}`]);
  });

  it('allows arguments, defaults, and the result once there is one', () => {
    expect([problems('{{arguments.orderId}} {{arguments.note | default:"-"}} {{request.language}}'), problems('{{result.id}}', 'done'), checkConfirmation({ arguments: schema })]).toEqual([[], [], []]);
  });
});
