import { describe, expect, it } from 'vitest';
import type { ChatModel, ChatOptions } from '@switchyard/contracts';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { poolModels } from './model-pool.js';
import { withCanary } from './with-canary.js';

interface Told extends ChatModel {
  fails: ErrorCode | undefined;
  calls: number;
}

/** A model that fails as it is told to, having said `first` before where it streams. */
function told(model: string, first = ''): Told {
  const own: Told = {
    model, where: 'local', host: `${model}.local`, fails: undefined, calls: 0,
    ready: () => (own.fails ? Promise.reject(new MeshError(own.fails, 'told to')) : Promise.resolve()),
    complete: (_request, { onDelta }) => {
      own.calls++;
      if (first !== '') onDelta?.(first);
      return own.fails ? Promise.reject(new MeshError(own.fails, 'told to')) : Promise.resolve({ text: model, finish: 'stop', tokensIn: 1, tokensOut: 1, tokensCached: 0, rawUsage: {} });
    },
  };
  return own;
}

const open = (): AbortSignal => new AbortController().signal;
const ask = (model: ChatModel, options: Partial<ChatOptions> = {}) => model.complete({ messages: [], maxTokens: 1 }, { signal: open(), ...options });

describe('a model with a canary', () => {
  it('gives a call to the one that its variant names, and to the model where it names none', async () => {
    const both = withCanary(told('base'), told('new'));
    expect((await ask(both, { variant: 'canary' })).by).toEqual({ model: 'new', variant: 'canary' });
    expect((await ask(both, { variant: 'base' })).by).toEqual({ model: 'base', variant: 'base' });
    expect((await ask(both)).by).toEqual({ model: 'base', variant: 'base' });
  });

  it.each(['MODEL_UNAVAILABLE', 'MODEL_MISSING', 'MODEL_OVERLOADED', 'MODEL_REJECTED'] as const)('is asked in the place of a canary that fails with %s, and says so', async (code) => {
    const canary = told('new');
    canary.fails = code;
    const completion = await ask(withCanary(told('base'), canary), { variant: 'canary' });
    expect(completion).toMatchObject({ text: 'base', host: 'base.local', by: { model: 'base', variant: 'canary_away' } });
  });

  it('leaves a canary that is away alone for five seconds, or until it is found to be ready', async () => {
    const canary = told('new');
    let now = 0;
    const both = withCanary(told('base'), canary, () => now);
    canary.fails = 'MODEL_MISSING';
    await ask(both, { variant: 'canary' });
    now = 4_999;
    await ask(both, { variant: 'canary' });
    expect(canary.calls).toBe(1);
    now = 5_000;
    await ask(both, { variant: 'canary' });
    expect(canary.calls).toBe(2);
    canary.fails = undefined;
    await both.canary.ready(open());
    expect((await ask(both, { variant: 'canary' })).by?.variant).toBe('canary');
  });

  it('asks a canary again at once that was only busy', async () => {
    const canary = told('new');
    const both = withCanary(told('base'), canary, () => 0);
    canary.fails = 'MODEL_OVERLOADED';
    await ask(both, { variant: 'canary' });
    canary.fails = undefined;
    expect((await ask(both, { variant: 'canary' })).by?.variant).toBe('canary');
  });

  it('does not begin anew what the canary has begun to say', async () => {
    const [base, canary] = [told('base'), told('new', 'Your ')];
    canary.fails = 'MODEL_UNAVAILABLE';
    const said: string[] = [];
    await expect(ask(withCanary(base, canary), { variant: 'canary', onDelta: (text) => said.push(text) })).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect([said, base.calls]).toEqual([['Your '], 0]);
  });

  it('begins anew what the canary has begun to say, where its pieces were thrown away', async () => {
    const [base, canary] = [told('base'), told('new', 'Your ')];
    canary.fails = 'MODEL_UNAVAILABLE';
    await ask(withCanary(base, canary), { variant: 'canary', onDelta: () => undefined, mayRestart: () => true });
    expect(base.calls).toBe(1);
  });

  it('asks nobody else where the caller gave up', async () => {
    const base = told('base');
    const controller = new AbortController();
    const canary: ChatModel = { ...told('new'), complete: () => (controller.abort(new Error('enough')), Promise.reject(new MeshError('MODEL_UNAVAILABLE', 'cut'))) };
    await expect(ask(withCanary(base, canary), { variant: 'canary', signal: controller.signal })).rejects.toThrow('cut');
    expect(base.calls).toBe(0);
  });

  it('is no worse for the canary: it is ready without it, and a pool of such servers goes on', async () => {
    const [base, canary] = [told('base'), told('new')];
    canary.fails = 'MODEL_MISSING';
    const both = withCanary(base, canary);
    await both.ready(open());
    await expect(both.canary.ready(open())).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    const pool = poolModels([both], { slots: 1 });
    expect((await ask(pool, { variant: 'canary' })).by?.variant).toBe('canary_away');
    expect((await ask(pool, { variant: 'base' })).by?.variant).toBe('base');
  });
});
