import { describe, expect, it } from 'vitest';
import { canaryOf, WorkerModel } from './worker-model.js';

describe('the local model of a site', () => {
  it.each([
    ['another model, without the adapter of the first', { model: 'a', adapter: 'tone', canary: { model: 'b', share: 0.1 } }, { model: 'b', adapter: undefined, share: 0.1 }],
    ['the same model with an adapter', { model: 'a', canary: { adapter: 'tone', share: 1 } }, { model: 'a', adapter: 'tone', share: 1 }],
    ['the same model with another adapter', { model: 'a', adapter: 'tone', canary: { adapter: 'tone-2', share: 0 } }, { model: 'a', adapter: 'tone-2', share: 0 }],
    ['the same model without its adapter', { model: 'a', adapter: 'tone', canary: { model: 'a', share: 0.5 } }, { model: 'a', adapter: undefined, share: 0.5 }],
  ])('may have a canary that is %s', (_what, written, canary) => {
    expect(canaryOf(WorkerModel.parse(written))).toEqual(canary);
  });

  it.each([
    ['is the model itself', { model: 'a', canary: { model: 'a', share: 0.1 } }, 'is the same model'],
    ['names neither', { model: 'a', canary: { share: 0.1 } }, 'is the same model'],
    ['is the model with its own adapter', { model: 'a', adapter: 'tone', canary: { adapter: 'tone', share: 0.1 } }, 'is the same model'],
    ['has no share', { model: 'a', canary: { model: 'b' } }, 'canary'],
    ['has more than all', { model: 'a', canary: { model: 'b', share: 10 } }, 'share'],
  ])('is refused with a canary that %s', (_what, written, words) => {
    const { error } = WorkerModel.safeParse(written);
    expect(JSON.stringify(error?.issues)).toContain(words);
  });
});
