import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeFilter, KnowledgeScope, RebuildableStore, StoredPassage, VectorStore } from '@switchyard/contracts';
import { ask, passage } from './__fixtures__/passages.js';
import { describeRebuild } from './rebuild-conformance.js';

export { ask, passage };

const scope: KnowledgeScope = { tenant: 'demo', collection: 'site' };

const put = (store: VectorStore, where: KnowledgeScope, documentId: string, passages: StoredPassage[], contentHash = 'h1'): Promise<boolean> =>
  store.replaceDocument(where, { documentId, title: `Title of ${documentId}`, contentHash }, passages);

/** What every `VectorStore` must do. `open` gives an empty store, `reopen` the same one as a process has it that uses another embedding model; they are closed here. */
export function describeVectorStore(name: string, open: () => Promise<RebuildableStore>, reopen: (space: string) => Promise<RebuildableStore>): void {
  describe(`${name} as a VectorStore`, () => {
    let store: RebuildableStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    const found = async (where: KnowledgeScope, ...ids: number[]): Promise<string[]> => (await store.query(where, { sparse: ask(...ids), limit: 10 })).map((hit) => hit.passage.id);

    it('gives back what was stored, word for word', async () => {
      const stored = passage('kept', 0, { 4_000_000_000: 1.5, 7: 0.25 }, { title: 'Help › 退货', text: '15天内。\nYes.', language: 'zh', metadata: { product: 'kettle', year: 2026, open: true }, variants: ['多久', 'how long?'] });
      await put(store, scope, 'kept', [stored]);
      const [hit] = await store.query(scope, { sparse: ask(4_000_000_000), limit: 1 });
      expect(hit?.passage).toEqual(stored);
      expect(await store.document(scope, 'kept')).toMatchObject({ documentId: 'kept', title: 'Title of kept', contentHash: 'h1', passages: 1, updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string });
    });

    it('keeps a collection apart whose name goes on after that of another, and titles of thousands of characters', async () => {
      const beside = { tenant: 'demo', collection: 'site/variants' };
      const title = JSON.stringify({ question: '系蝴蝶结"\n'.repeat(500) });
      await store.replaceDocument(beside, { documentId: 'beside', title, contentHash: 'h' }, [passage('beside', 0, { 9: 1 })]);
      expect(await found(beside, 9)).toEqual(['beside#0']);
      expect(await found(scope, 9)).toEqual([]);
      expect(await store.statistics(scope, [9])).toMatchObject({ frequencies: [0] });
      expect(await store.documents(beside, 10)).toMatchObject({ documents: [{ documentId: 'beside', title }] });
      expect(await store.document(scope, 'beside')).toBeUndefined();
    });

    it('keeps the origin of a document', async () => {
      await store.replaceDocument(scope, { documentId: 'of-site', title: 'T', contentHash: 'h', origin: 'site' }, [passage('of-site', 0, { 8: 1 })]);
      expect((await store.document(scope, 'of-site'))?.origin).toBe('site');
      expect(await store.document(scope, 'kept')).not.toHaveProperty('origin');
    });

    it('ranks by term weight and by how rare the term is', async () => {
      await put(store, scope, 'rank', [passage('rank', 0, { 20: 1, 21: 1 }), passage('rank', 1, { 20: 2 }), passage('rank', 2, { 20: 1 })]);
      expect(await found(scope, 20, 21)).toEqual(['rank#0', 'rank#1', 'rank#2']);
      const [best] = await store.query(scope, { sparse: ask(21), limit: 1 });
      const { passages, frequencies } = await store.statistics(scope, [21]);
      expect(frequencies).toEqual([1]);
      expect(best?.lexical).toBeCloseTo(Math.log(1 + (passages - 1 + 0.5) / 1.5), 4);
    });

    it('replaces a document as a whole', async () => {
      await put(store, scope, 'moved', [passage('moved', 0, { 30: 1 }), passage('moved', 1, { 31: 1 })]);
      await put(store, scope, 'moved', [passage('moved', 0, { 32: 1 })], 'h2');
      expect(await found(scope, 30, 31, 32)).toEqual(['moved#0']);
      expect(await store.statistics(scope, [30, 31, 32])).toMatchObject({ frequencies: [0, 0, 1] });
      expect(await store.document(scope, 'moved')).toMatchObject({ contentHash: 'h2', passages: 1 });
    });

    it('deletes a document, and says whether there was one', async () => {
      await put(store, scope, 'gone', [passage('gone', 0, { 40: 1 })]);
      expect(await store.deleteDocument(scope, 'gone')).toBe(true);
      expect(await store.deleteDocument(scope, 'gone')).toBe(false);
      expect(await found(scope, 40)).toEqual([]);
      expect(await store.document(scope, 'gone')).toBeUndefined();
    });

    it('carries out the last of several orders for a document, however late the others come', async () => {
      const order = (number: number, token: number): Promise<boolean> => store.replaceDocument(scope, { documentId: 'ordered', title: 'T', contentHash: `h${number}` }, [passage('ordered', 0, { [token]: 1 })], number);
      const first = 1_790_000_000_000_000;
      expect(await order(first + 2, 46)).toBe(true);
      expect(await order(first + 1, 45)).toBe(false);
      expect(await found(scope, 45, 46)).toEqual(['ordered#0']);
      expect(await store.document(scope, 'ordered')).toMatchObject({ contentHash: `h${first + 2}` });
      // A job that runs again has the same order.
      expect(await order(first + 2, 47)).toBe(true);
      expect(await store.keepDocument(scope, 'ordered', first + 1)).toBe('superseded');
      expect(await store.deleteDocument(scope, 'ordered', first + 1)).toBe(false);
      expect(await found(scope, 47)).toEqual(['ordered#0']);
      expect(await store.deleteDocument(scope, 'ordered', first + 4)).toBe(true);
      // It does not come back.
      expect(await order(first + 3, 48)).toBe(false);
      expect(await store.document(scope, 'ordered')).toBeUndefined();
      expect(await order(first + 5, 49)).toBe(true);
      expect(await store.keepDocument(scope, 'ordered', first + 7, `h${first + 4}`)).toBe('changed');
      expect(await store.keepDocument(scope, 'ordered', first + 7, `h${first + 5}`)).toBe('kept');
      // What was kept is there, and stands against what was ordered before.
      expect(await found(scope, 49)).toEqual(['ordered#0']);
      expect(await order(first + 6, 48)).toBe(false);
      expect(await store.document(scope, 'ordered')).toMatchObject({ contentHash: `h${first + 5}`, passages: 1 });
      expect(await store.keepDocument(scope, 'never there', first + 7, 'h')).toBe('changed');
      // One of a document that was never there counts, too.
      expect(await store.deleteDocument(scope, 'unheard-of', first + 2)).toBe(false);
      expect(await store.replaceDocument(scope, { documentId: 'unheard-of', title: 'T', contentHash: 'h' }, [passage('unheard-of', 0, { 48: 1 })], first + 1)).toBe(false);
      // Without an order a change is made in any case.
      await put(store, scope, 'ordered', [passage('ordered', 0, { 45: 1 })]);
      expect(await found(scope, 45)).toEqual(['ordered#0']);
    });

    it('keeps tenants and collections apart, in results and in statistics', async () => {
      const others = [{ tenant: 'other', collection: 'site' }, { tenant: 'demo', collection: 'other' }];
      for (const other of others) await put(store, other, 'apart', [passage('apart', 0, { 50: 1 })]);
      expect(await found(scope, 50)).toEqual([]);
      expect(await store.statistics(scope, [50])).toMatchObject({ frequencies: [0] });
      for (const other of others) {
        expect(await found(other, 50)).toEqual(['apart#0']);
        expect(await store.statistics(other, [50])).toEqual({ passages: 1, frequencies: [1] });
        expect((await store.documents(other, 10)).documents.map(({ documentId }) => documentId)).toEqual(['apart']);
      }
      expect(await store.deleteDocument(scope, 'apart')).toBe(false);
    });

    it.each([{ tenant: '', collection: 'site' }, { tenant: 'demo', collection: '' }])('refuses to work without a tenant and a collection: %j', async (nobody) => {
      const operations = [
        () => store.query(nobody, { sparse: ask(1), limit: 1 }),
        () => store.statistics(nobody, [1]),
        () => store.documents(nobody, 1),
        () => store.document(nobody, 'x'),
        () => store.deleteDocument(nobody, 'x'),
        () => put(store, nobody, 'x', []),
      ];
      for (const operation of operations) await expect(operation()).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    });

    it('filters by metadata, language and document, all of which must hold', async () => {
      await put(store, scope, 'filter', [
        passage('filter', 0, { 60: 1 }, { metadata: { product: 'kettle' }, language: 'zh' }),
        passage('filter', 1, { 60: 1 }, { metadata: { product: 'kettle' } }),
        passage('filter', 2, { 60: 1 }, { metadata: { product: 'fan' } }),
      ]);
      const filtered = async (filter: KnowledgeFilter): Promise<string[]> => (await store.query(scope, { sparse: ask(60), limit: 10, filter })).map((hit) => hit.passage.id);
      expect(await filtered({ product: 'kettle' })).toEqual(['filter#0', 'filter#1']);
      expect(await filtered({ product: 'kettle', language: 'en' })).toEqual(['filter#1']);
      expect(await filtered({ documentId: 'rank' })).toEqual([]);
      expect(await filtered({ colour: 'red' })).toEqual([]);
      expect(await filtered({ product: ['fan', 'kettle'], language: ['zh', 'en'] })).toEqual(['filter#0', 'filter#1', 'filter#2']);
      expect(await filtered({ product: ['fan', 'lamp'] })).toEqual(['filter#2']);
      expect(await filtered({ documentId: ['rank', 'filter'], language: 'zh' })).toEqual(['filter#0']);
      await expect(filtered({ product: [] })).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'filter.product' });
    });

    it('filters by numbers and truth values, which are not the words for them', async () => {
      await put(store, scope, 'typed', [
        passage('typed', 0, { 61: 1 }, { metadata: { year: 2026, open: true, rate: 1.5 } }),
        passage('typed', 1, { 61: 1 }, { metadata: { year: '2026', open: 'true' } }),
      ]);
      const filtered = async (filter: KnowledgeFilter): Promise<number[]> => (await store.query(scope, { sparse: ask(61), limit: 10, filter })).map((hit) => hit.passage.position);
      expect(await filtered({ year: 2026 })).toEqual([0]);
      expect(await filtered({ open: true })).toEqual([0]);
      expect(await filtered({ rate: 1.5 })).toEqual([0]);
      expect(await filtered({ year: '2026' })).toEqual([1]);
      expect((await filtered({ year: ['2026', 2026] })).toSorted((left, right) => left - right)).toEqual([0, 1]);
    });

    it('leaves out what does not hold yet or no longer, at the instant that is asked for', async () => {
      await put(store, scope, 'dated', [
        passage('dated', 0, { 62: 1 }),
        passage('dated', 1, { 62: 1 }, { metadata: { validFrom: '2026-11-10' } }),
        passage('dated', 2, { 62: 1 }, { metadata: { validTo: '2026-11-09' } }),
        passage('dated', 3, { 62: 1 }, { metadata: { validFrom: '2026-11-09T12:00:00+08:00', validTo: '2026-11-10T08:30:00Z' } }),
      ]);
      const valid = async (validAt?: string): Promise<number[]> =>
        (await store.query(scope, { sparse: ask(62), limit: 10, ...(validAt === undefined ? {} : { validAt }) })).map((hit) => hit.passage.position).toSorted((left, right) => left - right);
      expect(await valid('2026-11-09T03:59:59Z')).toEqual([0, 2]);
      expect(await valid('2026-11-09T04:00:00Z')).toEqual([0, 2, 3]);
      expect(await valid('2026-11-09T23:59:59.999Z')).toEqual([0, 2, 3]);
      expect(await valid('2026-11-10T00:00:00Z')).toEqual([0, 1, 3]);
      expect(await valid('2026-11-10T08:30:00.001Z')).toEqual([0, 1]);
      expect(await valid()).toEqual([0, 1, 2, 3]);
      await expect(valid('tomorrow')).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'validAt' });
    });

    it('refuses a document whose dates cannot be read, and keeps what was there', async () => {
      await put(store, scope, 'undated', [passage('undated', 0, { 63: 1 })]);
      await expect(put(store, scope, 'undated', [passage('undated', 0, { 63: 1 }, { metadata: { validTo: 'Christmas' } })])).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', field: 'metadata.validTo' });
      expect((await store.query(scope, { sparse: ask(63), limit: 1 }))[0]?.passage.metadata).toEqual({});
    });

    it('gives at most as many hits as asked for, and documents too', async () => {
      await put(store, scope, 'many', Array.from({ length: 20 }, (_, at) => passage('many', at, { 70: 1 + at / 100 })));
      const hits = await store.query(scope, { sparse: ask(70), limit: 3 });
      expect(hits.map((hit) => hit.passage.position)).toEqual([19, 18, 17]);
      expect((await store.documents(scope, 2)).documents).toHaveLength(2);
    });

    it('gives its documents page by page, each once, whatever comes and goes meanwhile', async () => {
      const where = { tenant: 'demo', collection: 'pages' };
      const names = Array.from({ length: 23 }, (_, at) => `document ${at} 文档`);
      for (const name of names) await put(store, where, name, [passage(name, 0, { 1: 1 })]);
      const seen: string[] = [];
      let pages = 0;
      for (let after: string | undefined; ; ) {
        const page = await store.documents(where, 5, after);
        expect(page.documents.length).toBeLessThanOrEqual(5);
        seen.push(...page.documents.map(({ documentId }) => documentId));
        // What was given on a page is deleted, and something comes before, between and behind.
        await store.deleteDocument(where, page.documents.at(-1)?.documentId ?? '');
        for (const name of [`0 ${pages}`, `document 1${pages} x`, `z ${pages}`]) await put(store, where, name, [passage(name, 0, { 1: 1 })]);
        pages += 1;
        if (page.next === undefined) break;
        after = page.next;
      }
      expect(pages).toBeGreaterThan(4);
      expect(seen.filter((name) => names.includes(name)).toSorted()).toEqual(names.toSorted());
      expect(new Set(seen).size).toBe(seen.length);
      expect((await store.documents({ ...where, collection: 'no pages' }, 5))).toEqual({ documents: [] });
      for (const limit of [0, 1_001]) await expect(store.documents(where, limit)).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'limit' });
    });

    it('fuses the lexical ranking with that of the dense vectors', async () => {
      const dense = (...values: number[]): Float32Array => new Float32Array(values);
      const where = { tenant: 'demo', collection: 'dense' };
      await put(store, where, 'd', [
        passage('d', 0, { 80: 2 }, { dense: dense(1, 0, 0) }),
        passage('d', 1, { 80: 1 }, { dense: dense(0, 1, 0) }),
        passage('d', 2, { 81: 1 }, { dense: dense(0, 0.9, 0.1) }),
      ]);
      const hits = await store.query(where, { sparse: ask(80), dense: dense(0, 1, 0), limit: 10 });
      expect(hits.map((hit) => hit.passage.position).slice(0, 2)).toEqual([1, 0]);
      const [, , byVectorOnly] = hits;
      expect(byVectorOnly?.passage.position).toBe(2);
      expect(byVectorOnly?.lexical).toBe(0);
      expect((await store.query(where, { sparse: ask(80), limit: 10 })).map((hit) => hit.passage.position)).toEqual([0, 1]);
    });

    it('pins the length of the vectors of a collection, and says clearly where others are written', async () => {
      const where = { tenant: 'demo', collection: 'pinned' };
      const vector = (dimension: number): Partial<StoredPassage> => ({ dense: new Float32Array(dimension).fill(1) });
      await put(store, where, 'words', [passage('words', 0, { 85: 1 })]);
      expect(await store.space(where)).toBeUndefined();
      await put(store, where, 'v', [passage('v', 0, { 85: 1 }, vector(3))]);
      expect(await store.space(where)).toEqual({ fingerprint: expect.any(String) as string, dimension: 3 });
      expect(await store.space(scope)).toBeUndefined();
      await expect(put(store, where, 'v', [passage('v', 0, { 86: 1 }, vector(4))])).rejects.toMatchObject({ code: 'MODEL_MISMATCH', detail: expect.stringMatching(/pinned.*\b3\b.*\b4\b/u) as string });
      await expect(put(store, where, 'w', [passage('w', 0, { 86: 1 }, vector(3)), passage('w', 1, { 86: 1 }, vector(2))])).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
      expect(await found(where, 86)).toEqual([]);
      await put(store, where, 'v', [passage('v', 0, { 85: 1 })]);
      expect(await store.space(where)).toMatchObject({ dimension: 3 });
    });

    it('takes the vectors of another model once it has forgotten those it had; the words stay', async () => {
      const where = { tenant: 'demo', collection: 'forgotten' };
      const dense = new Float32Array([1, 0, 0]);
      await put(store, where, 'v', [passage('v', 0, { 87: 1 }, { dense }), passage('v', 1, { 88: 1 }, { dense })]);
      expect(await store.query(where, { sparse: ask(87), dense, limit: 5 })).toHaveLength(2);
      await store.forgetVectors(where);
      expect(await store.space(where)).toBeUndefined();
      expect((await store.query(where, { sparse: ask(87), dense, limit: 5 })).map(({ passage: { id, dense: left } }) => [id, left])).toEqual([['v#0', undefined]]);
      await put(store, where, 'v', [passage('v', 0, { 87: 1 }, { dense: new Float32Array([1, 0]) })]);
      expect(await store.space(where)).toMatchObject({ dimension: 2 });
      await store.forgetVectors({ tenant: 'demo', collection: 'never-written' });
    });

    it('is asked and written at once without ever showing a part of a document', async () => {
      const where = { tenant: 'demo', collection: 'busy' };
      const version = (at: number): StoredPassage[] => Array.from({ length: 200 }, (_, position) => passage('doc', position, { 90: 1 }, { text: `version ${at}` }));
      await put(store, where, 'doc', version(0));
      const read = { done: false };
      const writing = (async () => {
        for (let at = 1; at <= 5; at++) await put(store, where, 'doc', version(at));
        read.done = true;
      })();
      while (!read.done) {
        const hits = await store.query(where, { sparse: ask(90), limit: 1_000 });
        expect(hits).toHaveLength(200);
        expect(new Set(hits.map((hit) => hit.passage.text)).size).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writing;
    });

    describeRebuild(() => store, reopen);
  });
}
