import { describe, expect, it } from 'vitest';
import { ask, passage } from '../vector-store-conformance.js';
import { HASTY, put, scope, texts, useStandIn } from './__fixtures__/bench.js';
import type { Fault, SeenRequest } from './__fixtures__/stand-in-server.js';

const bench = useStandIn();

describe('a server that is busy or away', () => {
  const once = (wanted: string, fault: Fault): (() => number) => {
    let seen = 0;
    bench.server.fault = ({ id }: SeenRequest) => (id === wanted && seen++ === 0 ? fault : undefined);
    return () => seen;
  };

  it.each([429, 503])('that answers %i is waited for as long as it asks', async (status) => {
    const store = await bench.open();
    await put(store, 'a', [passage('a', 0, { 1: 1 })]);
    const seen = once('query_batch_points', { status, headers: { 'retry-after': '1' } });
    const began = performance.now();
    expect(await store.query(scope, { sparse: ask(1), limit: 3 })).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThan(990);
    expect(seen()).toBe(2);
  });

  it('that asks for longer than there is time fails at once, with the whole of the time that it named', async () => {
    const store = await bench.open();
    await put(store, 'a', [passage('a', 0, { 1: 1 })]);
    bench.server.fault = () => ({ status: 429, headers: { 'retry-after': '30' } });
    await expect(store.query(scope, { sparse: ask(1), limit: 3 })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryAfterMs: 30_000 });
  });

  it.each(['upsert_points', 'batch_update', 'get_points'])('that loses a connection at %s, before or after its work, loses no write and makes none twice', async (operation) => {
    const store = await bench.open();
    for (const [at, fault] of (['cut', 'cut after'] as const).entries()) {
      await put(store, 'a', [passage('a', 0, { 1: 1 }, { text: 'old' }), passage('a', 1, { 1: 1 }, { text: 'old' })]);
      const seen = once(operation, fault);
      await put(store, 'a', [passage('a', 0, { 1: 1 }, { text: `new ${at}` }), passage('a', 1, { 1: 1 }, { text: `new ${at}` })]);
      expect(seen()).toBeGreaterThan(1);
      expect(await texts(store, 1)).toEqual([`new ${at}`, `new ${at}`]);
      expect(await store.statistics(scope, [1])).toEqual({ passages: 2, frequencies: [2] });
    }
  });

  it('that never answers is given up in time', async () => {
    const store = await bench.open({ patience: { read: { tryMs: 100, repeatMs: 150 } } });
    bench.server.fault = () => 'silent';
    const began = performance.now();
    await expect(store.query(scope, { sparse: ask(1), limit: 3 })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is told by readiness', async () => {
    const store = await bench.open({ patience: HASTY });
    await store.ready();
    bench.server.fault = () => ({ status: 503 });
    await expect(store.ready()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    bench.server.fault = () => undefined;
    bench.server.version = '1.18.2';
    await expect(store.ready()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    bench.server.version = '1.20.0';
    await store.ready();
  });
});

describe('what cannot be opened', () => {
  it.each(['1.18.3', '2.0.0', 'dev'])('is a server of version %s', async (version) => {
    bench.server.version = version;
    await expect(bench.open()).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'QDRANT_URL' });
  });

  it('is a server that wants a key', async () => {
    bench.server.apiKey = 'secret';
    await expect(bench.open()).rejects.toMatchObject({ code: 'STORE_REJECTED', detail: expect.stringContaining('QDRANT_API_KEY') as unknown });
    const store = await bench.open({ apiKey: 'secret' });
    await store.ready();
  });

  it('is a collection of another layout', async () => {
    await bench.open();
    bench.server.twist = (id, result) => (id === 'get_collection' ? { ...(result as { config: object }), config: { ...(result as { config: object }).config, metadata: { switchyard: { layout: 9 } } } } : result);
    await expect(bench.open()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
