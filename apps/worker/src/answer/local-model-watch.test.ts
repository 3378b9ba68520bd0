import { expect, it } from 'vitest';
import { checkModel } from './local-model-watch.js';

it.each([
  ['is up where the model answers', true, true, true, 'up'],
  ['is up where a model answers that nobody requires', true, false, true, 'up'],
  ['is not ready for work where the model is away and all depends on it', true, true, false, 'down'],
  ['is ready where the model is away and rules route around it', true, false, false, 'away'],
  ['is not ready where a model is required and the site names none', false, true, false, 'down'],
  ['has no model where the site names none', false, false, false, 'none'],
] as const)('a worker %s', (_what, isNamed, isRequired, isThere, check) => {
  expect(checkModel({ isNamed, isRequired }, isThere)).toBe(check);
});
