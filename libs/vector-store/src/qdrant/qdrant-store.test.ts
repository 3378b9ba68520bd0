import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '@switchyard/testing';
import { openEmbeddedStore } from '../embedded/open-embedded-store.js';
import { ask, describeVectorStore, passage } from '../vector-store-conformance.js';
import { PATIENT, put, SHORT, scope, space, useStandIn } from './__fixtures__/bench.js';
import { startStandIn, type StandIn } from './__fixtures__/stand-in-server.js';
import { openQdrantStore } from './open-qdrant-store.js';

const bench = useStandIn();

describe('on a stand-in that holds every exchange to the API document', { timeout: 60_000 }, () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(() => standIn.close());

  const open = (model: string) => openQdrantStore({ url: standIn.url, space: model, patience: PATIENT, lease: SHORT });
  describeVectorStore('the Qdrant store', () => open(space), open);

  it('had nothing to hold against them', () => {
    expect(standIn.requests.length).toBeGreaterThan(100);
    expect(standIn.violations).toEqual([]);
  });
});

describe('beside the embedded store', () => {
  it('ranks the same passages in the same order, by words and with vectors, whoever else is stored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beside-'));
    const chance = new Chance(7);
    const embedded = openEmbeddedStore({ file: join(folder, 'knowledge.db') });
    const qdrant = await bench.open({ space });
    const vector = (): Float32Array => {
      const numbers = [chance.next() - 0.5, chance.next() - 0.5, chance.next() - 0.5];
      const length = Math.hypot(...numbers);
      return new Float32Array(numbers.map((value) => value / length));
    };
    // Few terms are common and most are rare, as in texts.
    const terms = (count: number): Record<number, number> => Object.fromEntries(Array.from({ length: count }, () => [Math.floor(200 * chance.next() ** 3) + 1, 0.2 + 2 * chance.next()]));
    for (let at = 0; at < 24; at++) {
      const passages = Array.from({ length: 6 }, (_, position) => passage(`d${at}`, position, terms(25), chance.next() < 0.8 ? { dense: vector() } : {}));
      // In Qdrant another tenant has the same words in other documents, and much more of some.
      await Promise.all([put(embedded, `d${at}`, passages), put(qdrant, `d${at}`, passages)]);
      await put(qdrant, `x${at}`, [passage(`x${at}`, 0, terms(5))], { tenant: 'other', collection: 'site' });
    }
    for (let at = 0; at < 15; at++) {
      const indices = Object.keys(terms(6)).map(Number);
      const words = { sparse: { indices, values: indices.map(() => 0.5 + chance.next()) }, limit: 30 };
      for (const query of [words, { ...words, dense: vector() }]) {
        const [expected, found] = await Promise.all([embedded.query(scope, query), qdrant.query(scope, query)]);
        expect(found.map((hit) => hit.passage.id)).toEqual(expected.map((hit) => hit.passage.id));
        for (const [rank, hit] of found.entries()) expect(hit.score).toBeCloseTo(expected[rank]?.score ?? 0, 4);
      }
      expect(await qdrant.statistics(scope, indices)).toEqual(await embedded.statistics(scope, indices));
    }
    await embedded.close();
    await rm(folder, { recursive: true });
  }, 60_000);
});

describe('whose data is read', () => {
  const filters = (value: unknown): unknown[] =>
    typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([key, one]) => (key === 'filter' || key === 'corpus' ? [one] : filters(one)));

  it('every request for points names tenant and collection, in each of its parts', async () => {
    const store = await bench.open({ space });
    await put(store, 'a', [passage('a', 0, { 1: 1 }, { dense: new Float32Array([1, 0, 0]) })]);
    bench.server.requests.length = 0;
    await store.query(scope, { sparse: ask(1), dense: new Float32Array([1, 0, 0]), limit: 3, filter: { product: 'x' } });
    await store.query(scope, { sparse: ask(1), limit: 3 });
    await store.statistics(scope, [1, 2]);
    await store.documents(scope, 10);
    const asked = bench.server.requests.filter(({ id }) => /query|scroll|count/.test(id));
    const found = asked.flatMap(({ body }) => filters(body));
    expect(found.length).toBeGreaterThan(8);
    for (const filter of found) expect(filter).toMatchObject({ must: expect.arrayContaining([{ key: 'tenant', match: { value: 'demo' } }, { key: 'collection', match: { value: 'site' } }]) as unknown });
    const fused = asked.flatMap(({ body }) => (body.searches ?? []) as { prefetch?: object[]; query: object }[]).filter(({ prefetch }) => prefetch);
    expect(fused.map(({ query }) => query)).toEqual([{ rrf: { k: 60, weights: [1, 1] } }]);
    for (const prefetch of fused.flatMap((one) => one.prefetch ?? [])) expect(prefetch).toHaveProperty('filter');
  });

  it.each([
    ['another tenant', { tenant: 'other' }],
    ['another collection', { collection: 'other' }],
    ['a change that is not done', { since: Number.MAX_SAFE_INTEGER }],
    ['another form', { text: 7 }],
  ])('an answer with a point of %s is an error, not a hit', async (_what, changed) => {
    const store = await bench.open();
    await put(store, 'a', [passage('a', 0, { 1: 1 })]);
    bench.server.twist = (id, result) => (id === 'query_batch_points' ? (result as { points: { payload: object }[] }[]).map(({ points }) => ({ points: points.map((point) => ({ ...point, payload: { ...point.payload, ...changed } })) })) : result);
    await expect(store.query(scope, { sparse: ask(1), limit: 3 })).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID' });
  });
});
