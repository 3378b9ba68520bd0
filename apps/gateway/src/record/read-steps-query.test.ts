import { expect, it } from 'vitest';
import { readStepsQuery } from './read-steps-query.js';

it('takes names once each, and what else is asked for', () => {
  expect(readStepsQuery({ step: 'routed,model_called,routed' })).toEqual({ steps: ['routed', 'model_called'], since: 0, limit: 100 });
  expect(readStepsQuery({ step: 'routed', since: '5', before: '7', limit: '500' })).toEqual({ steps: ['routed'], since: 5, before: 7, limit: 500 });
});

it.each([
  ['step', {}],
  ['step', { step: '' }],
  ['step', { step: 'routed,' }],
  ['step', { step: "routed' OR 1=1" }],
  ['step', { step: ['routed', 'outcome'] }],
  ['step', { step: Array.from({ length: 17 }, () => 'routed').join(',') }],
  ['since', { step: 'routed', since: 'yesterday' }],
  ['before', { step: 'routed', before: '0' }],
  ['limit', { step: 'routed', limit: '501' }],
])('refuses a bad %s: %j', (field, query) => {
  expect(() => readStepsQuery(query)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field }));
});
