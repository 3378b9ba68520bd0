import { describe, expect, it } from 'vitest';
import type { ChatCompletion, ChatModel, ChatOptions, ChatRequest } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { poolModels } from './model-pool.js';

const request: ChatRequest = { messages: [{ role: 'user', content: 'hello' }], maxTokens: 8 };
const DONE: ChatCompletion = { text: 'ok', finish: 'stop', tokensIn: 1, tokensOut: 1, tokensCached: 0, rawUsage: {} };

/** A server whose calls end when the test says so. */
class Held implements ChatModel {
  readonly model = 'm';
  readonly where = 'local';
  readonly calls: { readonly options: ChatOptions; readonly answer: () => void; readonly fail: (error: unknown) => void }[] = [];
  isThere = true;
  constructor(readonly host: string) {}
  get open(): number {
    return this.calls.length - this.ended;
  }
  private ended = 0;
  complete(_request: ChatRequest, options: ChatOptions): Promise<ChatCompletion> {
    const { promise, resolve, reject } = Promise.withResolvers<ChatCompletion>();
    this.calls.push({ options, answer: () => { resolve(DONE); }, fail: reject });
    options.signal.addEventListener('abort', () => { reject(options.signal.reason as Error); });
    return promise.finally(() => this.ended++);
  }
  ready(): Promise<void> {
    return this.isThere ? Promise.resolve() : Promise.reject(new MeshError('MODEL_UNAVAILABLE', this.host));
  }
}

const servers = (count: number): Held[] => Array.from({ length: count }, (_, at) => new Held(`server-${at}:1`));
const open = (): AbortSignal => new AbortController().signal;
/** All that can go on without a server has gone on. */
const settle = async (): Promise<void> => { for (let turn = 0; turn < 20; turn++) await Promise.resolve(); };

describe('several servers as one', () => {
  it('shares calls evenly, gives none more than its slots, and lets the others wait in their order', async () => {
    const all = servers(2);
    const pool = poolModels(all, { slots: 2 });
    const ended: number[] = [];
    const calls = Array.from({ length: 7 }, (_, at) => pool.complete(request, { signal: open() }).then(() => ended.push(at)));
    await settle();
    expect(all.map(({ open: now }) => now)).toEqual([2, 2]);
    while (ended.length < 7) {
      for (const server of all) for (const call of server.calls) call.answer();
      await settle();
      for (const server of all) expect(server.open).toBeLessThanOrEqual(2);
    }
    await Promise.all(calls);
    expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(all.map((server) => server.calls.length).toSorted((a, b) => a - b)).toEqual([3, 4]);
  });

  it('sends a conversation to the same server while that has room, and says who answered', async () => {
    const all = servers(4);
    const pool = poolModels(all, { slots: 2 });
    const ask = async (affinity: string): Promise<string | undefined> => {
      const call = pool.complete(request, { signal: open(), affinity });
      await settle();
      for (const server of all) for (const one of server.calls) one.answer();
      return (await call).host;
    };
    const homes = new Map<string, string | undefined>();
    for (let conversation = 0; conversation < 40; conversation++) homes.set(`c${conversation}`, await ask(`c${conversation}`));
    for (const [conversation, home] of homes) expect(await ask(conversation)).toBe(home);
    expect(new Set(homes.values()).size).toBe(4);
  });

  it('goes elsewhere where the conversation’s own server is full', async () => {
    const all = servers(2);
    const pool = poolModels(all, { slots: 1 });
    void pool.complete(request, { signal: open(), affinity: 'c' });
    void pool.complete(request, { signal: open(), affinity: 'c' });
    await settle();
    expect(all.map(({ open: now }) => now)).toEqual([1, 1]);
  });

  it('gives a call that nobody waits for any more no server', async () => {
    const [server = new Held('s')] = servers(1);
    const pool = poolModels([server], { slots: 1 });
    void pool.complete(request, { signal: open() });
    const controller = new AbortController();
    const given = pool.complete(request, { signal: controller.signal });
    const next = pool.complete(request, { signal: open() });
    await settle();
    controller.abort(new MeshError('DEADLINE_PASSED', 'late'));
    await expect(given).rejects.toMatchObject({ code: 'DEADLINE_PASSED' });
    server.calls[0]?.answer();
    await settle();
    expect(server.calls).toHaveLength(2);
    server.calls[1]?.answer();
    expect(await next).toMatchObject({ text: 'ok', host: 'server-0:1' });
    await expect(pool.complete(request, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it.each(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_MISSING'] as const)('asks another server, once each, where one is %s before it has begun', async (code) => {
    const all = servers(3);
    const pool = poolModels(all, { slots: 4 });
    const call = pool.complete(request, { signal: open() });
    for (let round = 0; round < 3; round++) {
      await settle();
      for (const { calls } of all) for (const one of calls) one.fail(new MeshError(code, 'no'));
    }
    await expect(call).rejects.toMatchObject({ code });
    expect(all.map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
  });

  it.each([['an answer that has begun', true, 'MODEL_UNAVAILABLE'], ['a request that is refused', false, 'MODEL_REJECTED']] as const)('asks no other server for %s', async (_title, hasBegun, code) => {
    const all = servers(2);
    const pool = poolModels(all, { slots: 4 });
    const pieces: string[] = [];
    const call = pool.complete(request, { signal: open(), onDelta: (piece) => pieces.push(piece) });
    await settle();
    const asked = all.find(({ calls }) => calls.length > 0)?.calls[0];
    if (hasBegun) asked?.options.onDelta?.('Hel');
    asked?.fail(new MeshError(code, 'no'));
    await expect(call).rejects.toMatchObject({ code });
    expect(pieces).toEqual(hasBegun ? ['Hel'] : []);
    expect(all.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(1);
  });

  it.each([['begins it anew elsewhere, where its pieces were thrown away', true, 2], ['leaves it, where somebody has read of it', false, 1]])('%s: an answer that broke off', async (_title, mayRestart, calls) => {
    const all = servers(2);
    const pool = poolModels(all, { slots: 4 });
    const call = pool.complete(request, { signal: open(), onDelta: () => undefined, mayRestart: () => mayRestart });
    await settle();
    const asked = all.find((server) => server.calls.length > 0)?.calls[0];
    asked?.options.onDelta?.('Hel');
    asked?.fail(new MeshError('MODEL_UNAVAILABLE', 'no'));
    await settle();
    for (const server of all) server.calls.at(-1)?.answer();
    expect(await call.then(({ text }) => text, (error: MeshError) => error.code)).toBe(mayRestart ? 'ok' : 'MODEL_UNAVAILABLE');
    expect(all.reduce((sum, server) => sum + server.calls.length, 0)).toBe(calls);
  });

  it('leaves a server alone that cannot be reached, until it was seen or some seconds have passed', async () => {
    const all = servers(2);
    let now = 0;
    const pool = poolModels(all, { slots: 9, now: () => now });
    const [first = new Held('a'), second = new Held('b')] = all;
    first.isThere = false;
    await pool.ready(open());
    const ask = async (): Promise<void> => {
      for (let call = 0; call < 4; call++) void pool.complete(request, { signal: open() });
      await settle();
    };
    await ask();
    expect([first.open, second.open]).toEqual([0, 4]);
    now = 5_001;
    await ask();
    expect([first.open, second.open]).toEqual([4, 4]);
    second.isThere = false;
    first.isThere = true;
    await pool.ready(open());
    await ask();
    expect([first.open, second.open]).toEqual([8, 4]);
    first.isThere = false;
    await expect(pool.ready(open())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    // All are away: better asked than nothing done.
    await ask();
    expect(first.open + second.open).toBe(16);
  });

  it('gives a server that is overloaded as much as it goes on with, and more again as it answers', async () => {
    const [server = new Held('s')] = servers(1);
    const pool = poolModels([server], { slots: 8 });
    const ends = Array.from({ length: 8 }, () => pool.complete(request, { signal: open() }).then(() => 'answered', () => 'refused'));
    await settle();
    for (const { fail } of server.calls.slice(2)) fail(new MeshError('MODEL_OVERLOADED', 'full'));
    await settle();
    const later = Array.from({ length: 40 }, () => pool.complete(request, { signal: open() }).then(() => 'answered'));
    await settle();
    expect(server.open).toBe(2);
    const most: number[] = [];
    for (let round = 0; round < 12; round++) {
      for (const { answer } of server.calls) answer();
      await settle();
      most.push(server.open);
    }
    expect(Math.max(...most)).toBeGreaterThan(4);
    expect(most.slice(0, 3).every((open_) => open_ <= 4)).toBe(true);
    for (let round = 0; round < 40; round++) {
      for (const { answer } of server.calls) answer();
      await settle();
    }
    expect([(await Promise.all(ends)).filter((end) => end === 'answered').length, (await Promise.all(later)).length]).toEqual([2, 40]);
  });
});
