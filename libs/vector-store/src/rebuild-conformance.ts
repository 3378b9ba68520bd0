import { describe, expect, it } from 'vitest';
import type { KnowledgeRebuild, KnowledgeScope, RebuildableStore, StoredPassage, VectorStore } from '@switchyard/contracts';
import { ask, passage } from './__fixtures__/passages.js';

const put = (store: VectorStore, where: KnowledgeScope, documentId: string, passages: StoredPassage[], contentHash = 'h1'): Promise<boolean> =>
  store.replaceDocument(where, { documentId, title: `Title of ${documentId}`, contentHash }, passages);

/** What a rebuild of a `VectorStore` must do; part of what `describeVectorStore` asks of one. */
export function describeRebuild(store: () => RebuildableStore, reopen: (space: string) => Promise<RebuildableStore>): void {
  const found = async (where: KnowledgeScope, ...ids: number[]): Promise<string[]> => (await store().query(where, { sparse: ask(...ids), limit: 10 })).map((hit) => hit.passage.id);

  describe('that is rebuilt', () => {
    /** Terms of the next release: each number ten thousand higher. */
    const higher = (more: Partial<KnowledgeRebuild> = {}): KnowledgeRebuild => ({
      recipe: 'terms 2',
      signal: new AbortController().signal,
      remake: async (_scope, passages) => passages.map(({ sparse: { indices, values } }) => ({ sparse: { indices: indices.map((id) => (id % 10_000) + 10_000), values: [...values] } })),
      ...more,
    });
    const scopes = [{ tenant: 'demo', collection: 'rebuilt' }, { tenant: 'other', collection: 'rebuilt' }];
    const dense = new Float32Array([1, 0, 0]);

    it('finds everything by what was made of it, and nothing by what was there before', async () => {
      for (const where of scopes) {
        await put(store(), where, 'one', [passage('one', 0, { 101: 1 }, { dense, metadata: { product: 'kettle' } }), passage('one', 1, { 102: 2 })]);
        await put(store(), where, 'two', [passage('two', 0, { 101: 1 })]);
        await store().deleteDocument(where, 'two');
        await put(store(), where, 'two', [passage('two', 0, { 103: 1 })], 'h2');
      }
      const seen: number[] = [];
      const { documents } = await store().rebuild(higher({ onProgress: (progress) => seen.push(progress.documents) }));
      expect(documents).toBeGreaterThanOrEqual(4);
      expect(Math.max(...seen)).toBe(documents);
      for (const where of scopes) {
        expect(await found(where, 101, 102, 103)).toEqual([]);
        expect((await found(where, 10_101, 10_102, 10_103)).toSorted()).toEqual(['one#0', 'one#1', 'two#0']);
        expect(await store().statistics(where, [10_101, 101])).toEqual({ passages: 3, frequencies: [1, 0] });
        expect(await store().document(where, 'two')).toMatchObject({ contentHash: 'h2', passages: 1 });
        expect((await store().documents(where, 10)).documents.map(({ documentId }) => documentId).toSorted()).toEqual(['one', 'two']);
        // The vectors stayed, and whatever is filtered by.
        expect((await store().query(where, { sparse: ask(9), dense, limit: 1, filter: { product: 'kettle' } })).map((hit) => hit.passage.id)).toEqual(['one#0']);
        expect(await store().space(where)).toMatchObject({ dimension: 3 });
      }
    });

    it('has the vectors of another model where they are made, also while it is open with the one before', async () => {
      const where = scopes[0]!;
      const space = { fingerprint: 'another@2', dimension: 2 };
      const next = await reopen(space.fingerprint);
      try {
        await next.rebuild(higher({ recipe: 'two dimensions', space, remake: async (_scope, passages) => passages.map(({ sparse, position }) => ({ sparse, dense: new Float32Array(position === 0 ? [1, 0] : [0, 1]) })) }));
        const near = (...values: number[]): Promise<unknown> => next.query(where, { sparse: ask(9), dense: new Float32Array(values), limit: 1, filter: { documentId: 'one' } }).then((hits) => hits.map((hit) => hit.passage.id));
        expect([await near(1, 0), await near(0, 1)]).toEqual([['one#0'], ['one#1']]);
        expect(await put(next, where, 'late', [passage('late', 0, { 1: 1 }, { dense: new Float32Array([1, 0]) })])).toBe(true);
        // Whoever has the model before finds by words, and adds no vector of it.
        expect(await store().space(where)).toEqual(space);
        expect((await store().query(where, { sparse: ask(10_102), dense, limit: 1 })).map((hit) => hit.passage.id)).toEqual(['one#1']);
        await expect(put(store(), where, 'later', [passage('later', 0, { 1: 1 }, { dense })])).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
        expect(await put(store(), where, 'later', [passage('later', 0, { 1: 1 })])).toBe(true);
      } finally {
        await next.close();
      }
    });

    it('answers meanwhile, and loses nothing that comes, goes or is ordered meanwhile', async () => {
      const where = { tenant: 'demo', collection: 'rebuilt while busy' };
      const first = 1_790_000_000_000_000;
      const replace = (documentId: string, version: number): Promise<boolean> => store().replaceDocument(where, { documentId, title: documentId, contentHash: `v${version}` }, [0, 1].map((at) => passage(documentId, at, { [at + 201]: 1, 10_200: 1 }, { text: `v${version}` })), first + version);
      const names = Array.from({ length: 30 }, (_, at) => `d${at}`);
      for (const name of names) await replace(name, 1);
      const expected = new Map(names.map((name) => [name, 'v1']));
      const rebuilding = { isDone: false };
      let round = 1;
      const writing = (async () => {
        while (!rebuilding.isDone) {
          round += 1;
          const [changed, gone, fresh] = [`d${round % 20}`, `d${20 + (round % 10)}`, `new ${round % 7}`];
          await Promise.all([replace(changed, round), replace(fresh, round), store().deleteDocument(where, gone, first + round)]);
          for (const name of [changed, fresh]) expected.set(name, `v${round}`);
          expected.delete(gone);
          expect(await replace(changed, round - 1)).toBe(false);
        }
      })();
      const reading = (async () => {
        while (!rebuilding.isDone) {
          const hits = await store().query(where, { sparse: ask(10_200, 200), limit: 200 });
          const texts = new Map<string, string[]>();
          for (const { passage: { documentId, text } } of hits) texts.set(documentId, [...(texts.get(documentId) ?? []), text]);
          // Each document whole, and of one version.
          for (const own of texts.values()) expect([own.length, new Set(own).size]).toEqual([2, 1]);
          expect(texts.size).toBeGreaterThan(15);
        }
      })();
      await store().rebuild(higher({ recipe: 'while busy' })).finally(() => {
        rebuilding.isDone = true;
      });
      await Promise.all([writing, reading]);
      expect(round).toBeGreaterThan(2);
      const { documents } = await store().documents(where, 1_000);
      expect(new Map(documents.map(({ documentId, contentHash }) => [documentId, contentHash]))).toEqual(expected);
      for (const [documentId, text] of expected) {
        const hits = await store().query(where, { sparse: ask(10_200), limit: 5, filter: { documentId } });
        expect(hits.map((hit) => hit.passage.text), documentId).toEqual([text, text]);
      }
      expect((await store().statistics(where, [10_200])).passages).toBe(expected.size * 2);
      // An order from before stays late, also of what is deleted.
      expect(await replace('d25', 1)).toBe(expected.has('d25') && expected.get('d25') === 'v1');
    });

    it('is taken up where a run was broken off, and only one runs at a time', async () => {
      const where = { tenant: 'demo', collection: 'rebuilt twice' };
      for (let at = 0; at < 5; at++) await put(store(), where, `d${at}`, [passage(`d${at}`, 0, { 301: 1 })]);
      const begun = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const end = new AbortController();
      const running = store().rebuild(higher({
        recipe: 'broken off',
        signal: end.signal,
        remake: async (_scope, passages, signal) => {
          begun.resolve();
          await goOn.promise;
          signal.throwIfAborted();
          return passages;
        },
      }));
      await begun.promise;
      await expect(store().rebuild(higher())).rejects.toMatchObject({ code: 'REBUILD_RUNNING' });
      end.abort(new Error('broken off'));
      goOn.resolve();
      await expect(running).rejects.toThrow('broken off');
      expect(await found(where, 301)).toHaveLength(5);
      await store().rebuild(higher());
      expect(await found(where, 10_301)).toHaveLength(5);
      expect(await found(where, 301)).toEqual([]);
    });
  });
}
