import { describe, expect, it } from 'vitest';
import { passage } from '../vector-store-conformance.js';
import { put, scope, texts, useStandIn } from './__fixtures__/bench.js';
import { breakOffAt, higher, writeBeside } from './__fixtures__/disturb-rebuild.js';

const bench = useStandIn();

describe('a base that is rebuilt', () => {
  it('is made as the next version and moved to by one request; the old one goes, or stays where that is wanted', async () => {
    const store = await bench.open();
    await put(store, 'a', [passage('a', 0, { 5: 1 })]);
    expect(await store.rebuild({ ...higher(), keepOld: true })).toEqual({ documents: 1, passages: 1, now: 'switchyard_kb_v2', before: 'switchyard_kb_v1' });
    expect(bench.server.requests.filter(({ id }) => id === 'update_aliases').at(-1)?.body).toEqual({ actions: [{ delete_alias: { alias_name: 'switchyard_kb' } }, { create_alias: { alias_name: 'switchyard_kb', collection_name: 'switchyard_kb_v2' } }] });
    expect([...bench.server.collections.keys()].toSorted()).toEqual(['switchyard_kb_v1', 'switchyard_kb_v1_records', 'switchyard_kb_v2', 'switchyard_kb_v2_records']);
    expect(await store.rebuild({ ...higher(), recipe: 'again' })).toMatchObject({ now: 'switchyard_kb_v3' });
    expect([...bench.server.collections.keys()].toSorted()).toEqual(['switchyard_kb_v1', 'switchyard_kb_v1_records', 'switchyard_kb_v3', 'switchyard_kb_v3_records']);
    expect(await texts(store, 1_005)).toHaveLength(1);
  });

  it('begins afresh where another recipe was broken off, and leaves nothing of that', async () => {
    const store = await bench.open();
    await put(store, 'a', [passage('a', 0, { 5: 1 })]);
    await expect(store.rebuild({ ...higher(), recipe: 'wrong', remake: () => Promise.reject(new Error('no model')) })).rejects.toThrow('no model');
    expect(bench.server.collections.has('switchyard_kb_v2')).toBe(true);
    expect(await store.rebuild(higher())).toMatchObject({ now: 'switchyard_kb_v3' });
    expect([...bench.server.collections.keys()].toSorted()).toEqual(['switchyard_kb_v3', 'switchyard_kb_v3_records']);
  });

  it('reads large documents in pages, and goes on within a collection where it was broken off', async () => {
    const store = await bench.open();
    await put(store, 'large', Array.from({ length: 600 }, (_, at) => passage('large', at, { 5: 1 })));
    for (let at = 0; at < 150; at++) await put(store, `d${at}`, [passage(`d${at}`, 0, { 5: 1 })]);
    let pages = 0;
    const made: number[] = [];
    const stopped: Parameters<typeof store.rebuild>[0] = { ...higher(), remake: async (where, passages, signal) => {
      pages += 1;
      if (pages === 3) throw new Error('stopped');
      made.push(passages.length);
      return higher().remake(where, passages, signal);
    } };
    await expect(store.rebuild(stopped)).rejects.toThrow('stopped');
    const { documents, passages } = await store.rebuild(higher());
    expect(documents).toBe(151 - 2 * 64);
    expect(passages + made.reduce((sum, one) => sum + one, 0)).toBe(750);
    expect((await store.statistics(scope, [1_005, 5]))).toEqual({ passages: 750, frequencies: [750, 0] });
  });

  // All of them in the slow suite.
  it.each([1, 6, 20, 45, 56])('that is broken off at request %i is as it was, takes what is written, and is done by the next run', async (step) => {
    expect(await breakOffAt(bench, step)).toBe(true);
  }, 60_000);

  it.each([3, 25, 40, 48, 52, 56, 60])('loses nothing that another process writes before request %i', async (step) => {
    expect(await writeBeside(bench, step)).toBe(true);
  }, 60_000);
});
