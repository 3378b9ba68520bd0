import { expect, it } from 'vitest';
import { restoreArguments } from './restore-arguments.js';

const map = { '<PHONE_1>': '13800138000', '<PERSON_NAME_1>': 'Anna' };

it('values stand again in arguments at any depth, however the model wrote their placeholders', () => {
  const given = { phone: '<PHONE_1>', deep: [{ note: 'for ＜person_name_1＞, < PHONE_1 >' }, 7, null, true] };
  expect(restoreArguments(given, map)).toEqual({ phone: '13800138000', deep: [{ note: 'for Anna, 13800138000' }, 7, null, true] });
  expect(given.phone).toBe('<PHONE_1>');
});

it.each([[{ phone: '<PHONE_2>' }], [{ deep: [{ note: 'call <phone_01> and <PHONE_1>' }] }], [{ '<PHONE_1>': 'x' }], [{ id: '<RESIDENT_ID_1>' }]])('nothing is restored where a placeholder stands for nothing, or for a name: %j', (given) => {
  expect(restoreArguments(given, map)).toBeUndefined();
});

it('what only looks like a placeholder stays, and no value is looked for behind the object’s own names', () => {
  expect(restoreArguments({ sku: '<item_1>', other: '<constructor_1>' }, map)).toEqual({ sku: '<item_1>', other: '<constructor_1>' });
});
