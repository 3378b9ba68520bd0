import { expect, it } from 'vitest';
import { fieldsOfResult, unsaid } from './result-fields.js';

it('a result is read field by field, with where each stands', () => {
  expect(fieldsOfResult({ status: 'shipped', items: [{ name: 'Kettle', count: 2 }, { name: '', gift: false }], empty: null })).toEqual([
    { path: 'status', text: 'shipped' }, { path: 'items.0.name', text: 'Kettle' }, { path: 'items.0.count', text: '2' }, { path: 'items.1.gift', text: 'false' },
  ]);
  expect([fieldsOfResult('as text'), fieldsOfResult({})]).toEqual([[{ path: '', text: 'as text' }], [{ path: 'result', text: 'nothing' }]]);
  expect(fieldsOfResult(Array.from({ length: 500 }, (_, index) => index))).toHaveLength(120);
});

it('what is too long ends between two words, so that no value is cut in two', () => {
  const [field] = fieldsOfResult({ note: `${'x '.repeat(497)}13800138000 and more` });
  expect(field?.text).toBe('x '.repeat(497));
  expect(fieldsOfResult({ note: 'y'.repeat(5_000) })[0]?.text).toHaveLength(1_000);
});

it('the values that a result could have had are those of its schema', () => {
  expect(unsaid({ properties: { status: { enum: ['paid', 'shipped', 7] } } }, [{ path: 'status', text: 'shipped' }])).toEqual(['paid']);
});
