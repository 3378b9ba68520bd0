import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, describeVectorStore, passage } from '../vector-store-conformance.js';
import { encodeDense, encodeSparse } from './encode-vectors.js';
import { openEmbeddedStore } from './open-embedded-store.js';

const scope = { tenant: 'demo', collection: 'site' };
let folder: string;
let files = 0;
const newFile = (): string => join(folder, `store-${files++}.db`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let shared = '';
const lease = { beatMs: 100, leaseMs: 3_000 };
describeVectorStore('the embedded store', async () => openEmbeddedStore({ file: (shared = newFile()), lease }), async (space) => openEmbeddedStore({ file: shared, lease, space }));

describe('the embedded store', () => {
  it('keeps its documents when it is closed and opened again', async () => {
    const file = newFile();
    const first = openEmbeddedStore({ file });
    await first.replaceDocument(scope, { documentId: 'a', title: 'A', contentHash: 'h' }, [passage('a', 0, { 1: 1 })]);
    await first.close();
    const second = openEmbeddedStore({ file });
    expect(await second.query(scope, { sparse: ask(1), limit: 1 })).toHaveLength(1);
    await second.close();
  });

  it('shows what another instance on the same file writes, replaces and deletes', async () => {
    const file = newFile();
    const [one, two] = [openEmbeddedStore({ file }), openEmbeddedStore({ file })];
    const count = async (store: typeof one, id: number): Promise<number> => (await store.query(scope, { sparse: ask(id), limit: 10 })).length;
    expect(await count(two, 1)).toBe(0);
    await one.replaceDocument(scope, { documentId: 'a', title: 'A', contentHash: 'h' }, [passage('a', 0, { 1: 1 }), passage('a', 1, { 1: 1 })]);
    expect(await count(two, 1)).toBe(2);
    await two.replaceDocument(scope, { documentId: 'a', title: 'A', contentHash: 'i' }, [passage('a', 0, { 2: 1 })]);
    expect([await count(one, 1), await count(one, 2)]).toEqual([0, 1]);
    await one.deleteDocument(scope, 'a');
    expect(await count(two, 2)).toBe(0);
    expect(await two.statistics(scope, [2])).toEqual({ passages: 0, frequencies: [0] });
    await one.close();
    await two.close();
  });

  it('loads everything again when it is behind the change log', async () => {
    const file = newFile();
    const [one, two] = [openEmbeddedStore({ file }), openEmbeddedStore({ file })];
    await one.replaceDocument(scope, { documentId: 'a', title: 'A', contentHash: 'h' }, [passage('a', 0, { 1: 1 })]);
    expect(await two.query(scope, { sparse: ask(1), limit: 1 })).toHaveLength(1);
    await one.deleteDocument(scope, 'a');
    await one.replaceDocument(scope, { documentId: 'b', title: 'B', contentHash: 'h' }, [passage('b', 0, { 1: 1 })]);
    const log = new DatabaseSync(file);
    log.exec('DELETE FROM changes WHERE sequence < (SELECT max(sequence) FROM changes)');
    log.close();
    expect((await two.query(scope, { sparse: ask(1), limit: 5 })).map((hit) => hit.passage.documentId)).toEqual(['b']);
    await one.close();
    await two.close();
  });

  it('writes from two instances at once without losing a document', async () => {
    const file = newFile();
    const stores = [openEmbeddedStore({ file }), openEmbeddedStore({ file })];
    await Promise.all(stores.flatMap((store, which) => Array.from({ length: 20 }, (_, at) => {
      const documentId = `d${which}-${at}`;
      return store.replaceDocument(scope, { documentId, title: documentId, contentHash: 'h' }, Array.from({ length: 30 }, (_, position) => passage(documentId, position, { 1: 1 })));
    })));
    for (const store of stores) {
      expect((await store.documents(scope, 100)).documents).toHaveLength(40);
      expect((await store.statistics(scope, [1])).frequencies).toEqual([1_200]);
      await store.close();
    }
  });

  it('does not compare vectors that another embedding model made', async () => {
    const file = newFile();
    const dense = new Float32Array([1, 0]);
    const old = openEmbeddedStore({ file, space: 'model-a/2' });
    await old.replaceDocument(scope, { documentId: 'a', title: 'A', contentHash: 'h' }, [passage('a', 0, { 1: 1 }, { dense })]);
    expect(await old.query(scope, { sparse: ask(9), dense, limit: 5 })).toHaveLength(1);
    await old.close();
    const changed = openEmbeddedStore({ file, space: 'model-b/2' });
    expect(await changed.query(scope, { sparse: ask(9), dense, limit: 5 })).toEqual([]);
    expect(await changed.query(scope, { sparse: ask(1), dense, limit: 5 })).toHaveLength(1);
    expect(await changed.space(scope)).toEqual({ fingerprint: 'model-a/2', dimension: 2 });
    await expect(changed.replaceDocument(scope, { documentId: 'b', title: 'B', contentHash: 'h' }, [passage('b', 0, { 1: 1 }, { dense })])).rejects.toMatchObject({ code: 'MODEL_MISMATCH', detail: expect.stringMatching(/model-a\/2.*model-b\/2/u) as string });
    await changed.forgetVectors(scope);
    await changed.replaceDocument(scope, { documentId: 'b', title: 'B', contentHash: 'h' }, [passage('b', 0, { 1: 1 }, { dense })]);
    expect((await changed.query(scope, { sparse: ask(9), dense, limit: 5 })).map((hit) => hit.passage.documentId)).toEqual(['b']);
    await changed.close();
  });

  it('reads a file of the first version, with the vectors of the model that wrote most of them', async () => {
    const file = newFile();
    const old = new DatabaseSync(file);
    old.exec(`
      CREATE TABLE documents (tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, title TEXT NOT NULL, content_hash TEXT NOT NULL, origin TEXT, passages INTEGER NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (tenant, collection, document_id)) WITHOUT ROWID;
      CREATE TABLE passages (row INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, position INTEGER NOT NULL, metadata TEXT NOT NULL, sparse BLOB NOT NULL, dense BLOB, space TEXT);
      CREATE INDEX passages_of_document ON passages (tenant, collection, document_id, position);
      CREATE TABLE changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL);
      INSERT INTO documents VALUES ('demo', 'site', 'a', 'A', 'h', NULL, 3, '2026-01-01T00:00:00Z');
      INSERT INTO changes (tenant, collection, document_id) VALUES ('demo', 'site', 'a');
      PRAGMA user_version = 1;
    `);
    const insert = old.prepare("INSERT INTO passages (tenant, collection, document_id, id, title, text, language, position, metadata, sparse, dense, space) VALUES ('demo', 'site', 'a', ?, 'A', 'words', 'en', ?, '{}', ?, ?, ?)");
    const vectors = [[[1, 0], 'new/2'], [[0, 1], 'new/2'], [[1, 0, 0], 'old/3']] as const;
    for (const [at, [values, space]] of vectors.entries()) insert.run(`a#${at}`, at, encodeSparse({ indices: [1], values: [1] }), encodeDense(new Float32Array(values)), space);
    old.close();
    const store = openEmbeddedStore({ file, space: 'new/2' });
    expect(await store.space(scope)).toEqual({ fingerprint: 'new/2', dimension: 2 });
    const hits = await store.query(scope, { sparse: ask(1), dense: new Float32Array([0, 1]), limit: 5 });
    expect(hits.map(({ passage: { position, dense } }) => [position, dense?.length])).toEqual(expect.arrayContaining([[0, 2], [1, 2], [2, undefined]]));
    await store.close();
  });

  it('does not hold the thread for long while a large document is written and loaded', async () => {
    const store = openEmbeddedStore({ file: newFile() });
    await store.query(scope, { sparse: ask(1), limit: 1 });
    const terms = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [at + 1, 1]));
    const passages = Array.from({ length: 3_000 }, (_, at) => passage('large', at, terms));
    // Processor time of this thread: what other programs take of the machine is none of its doing.
    const spentMs = (): number => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1_000;
    };
    let longestMs = 0;
    let last = spentMs();
    const clock = setInterval(() => {
      const now = spentMs();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }, 1);
    await store.replaceDocument(scope, { documentId: 'large', title: 'L', contentHash: 'h' }, passages);
    expect(await store.query(scope, { sparse: ask(1), limit: 5 })).toHaveLength(5);
    clearInterval(clock);
    expect(longestMs).toBeLessThan(50);
    await store.close();
  });

  it('refuses a file of another schema version', () => {
    const file = newFile();
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 99');
    other.close();
    expect(() => openEmbeddedStore({ file })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', field: 'DATA_DIR', detail: expect.stringContaining('schema version 99') as string }));
  });

  it('refuses a place that cannot be written', async () => {
    const blocked = newFile();
    await writeFile(blocked, 'a file where a folder should be');
    expect(() => openEmbeddedStore({ file: join(blocked, 'store.db') })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
