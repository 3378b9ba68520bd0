import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IngestJob, type Embedder, type VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { queryVector } from '@switchyard/knowledge';
import { createLogger } from '@switchyard/telemetry';
import { jobOf, MemoryContext } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { helpSite } from '../__fixtures__/help-site.js';
import { readingThreads } from '../__fixtures__/reading.js';
import { unusedQueue } from '../__fixtures__/unused-queue.js';
import { IngestProcessor } from '../ingest/ingest.processor.js';
import { ingestSite } from '../ingest/ingest-site.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { fillVectors, keepFilling, type Filling } from './fill-vectors.js';
import { settleSpaces } from './settle-spaces.js';
import { VectorBacklog } from './vector-backlog.js';

const scope = { tenant: 'demo', collection: 'site' };
const logger = createLogger('retrieval', 'silent');
const signal = new AbortController().signal;
const site = helpSite({ 'en/warranty.txt': 'Kettles have 2 years.' });
const reader = readingThreads();

/** Says that every text means the same, while it is there. */
class Model implements Embedder {
  isThere = true;
  constructor(readonly fingerprint = 'model:2:unit', readonly dimension = 2) {}
  embed(texts: readonly string[]): Promise<Float32Array[]> {
    return this.isThere ? Promise.resolve(texts.map(() => Float32Array.from([1, ...Array.from({ length: this.dimension - 1 }, () => 0)]))) : Promise.reject(new MeshError('MODEL_UNAVAILABLE', 'away'));
  }
}

let folder: string;
let model: Model;
let store: VectorStore;
let filling: Filling;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fill-'));
  model = new Model();
  store = openEmbeddedStore({ file: join(folder, 'knowledge.db'), space: model.fingerprint });
  filling = { site, logger, backlog: new VectorBacklog(join(folder, 'backlog')), indexing: { store, reader, embedder: model, signal } };
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function upload(text: string, operation: 'put' | 'delete' = 'put'): Promise<void> {
  const job = jobOf(IngestJob, { collection: 'site', documentId: 'uploaded', operation }, operation === 'put' ? { text, title: 'Uploaded', metadata: { shelf: 3 } } : {}, { tenant: 'demo' });
  await new IngestProcessor(new KnowledgeBase(store, reader, { embedder: model, backlog: filling.backlog }), unusedQueue).ingest(job, new MemoryContext());
}
/** Titles of what is found by meaning alone: the question shares no word with any document. */
const foundByMeaning = async (): Promise<string[]> => (await store.query(scope, { sparse: queryVector('zzz'), dense: Float32Array.from([1, 0]), limit: 9 })).map(({ passage }) => passage.documentId).toSorted();

describe('documents that came while the embedding model was away', () => {
  it('are found by their words, and by their meaning once it is back', async () => {
    model.isThere = false;
    await ingestSite(site, filling.indexing, logger);
    await upload('Gift wrapping costs 6 CNY.');
    expect((await store.query(scope, { sparse: queryVector('gift wrapping'), limit: 1 }))[0]?.passage.documentId).toBe('uploaded');
    expect(await fillVectors(filling)).toBe(0);
    expect(await foundByMeaning()).toEqual([]);
    model.isThere = true;
    // The site's file stands in both tenants' collections.
    expect(await fillVectors(filling)).toBe(3);
    expect(await foundByMeaning()).toEqual(['en/warranty.txt', 'uploaded']);
    expect((await store.query(scope, { sparse: queryVector('gift wrapping'), limit: 1 }))[0]?.passage).toMatchObject({ metadata: { shelf: 3 }, title: expect.stringContaining('Uploaded') });
    expect(await fillVectors(filling)).toBe(0);
  });

  it('do not come back when they were deleted or replaced meanwhile', async () => {
    model.isThere = false;
    await upload('old');
    await upload('', 'delete');
    model.isThere = true;
    expect(await fillVectors(filling)).toBe(0);
    expect(await store.document(scope, 'uploaded')).toBeUndefined();
    model.isThere = false;
    await upload('old');
    model.isThere = true;
    await upload('new words');
    await fillVectors(filling);
    expect((await store.query(scope, { sparse: queryVector('words'), limit: 1 }))[0]?.passage.text).toBe('new words');
  });

  it('are filled in beside the work, until the tier ends', async () => {
    model.isThere = false;
    await upload('later');
    const stop = keepFilling(filling, 5);
    model.isThere = true;
    await expect.poll(foundByMeaning).toEqual(['uploaded']);
    await stop();
  });
});

describe('a collection with vectors of another model', () => {
  it('is not searched with the new one, until its vectors are to be replaced', async () => {
    await ingestSite(site, filling.indexing, logger);
    const errors: unknown[] = [];
    const log = { error: (facts: unknown) => void errors.push(facts), info: () => undefined };
    const embedder = new Model('another:3:unit', 3);
    expect(await settleSpaces(site, { store, embedder: model, replace: false, logger: log })).toBe(true);
    expect(await settleSpaces(site, { store, embedder, replace: false, logger: log })).toBe(false);
    expect(errors[0]).toMatchObject({ code: 'MODEL_MISMATCH', collection: 'site', holds: { fingerprint: 'model:2:unit', dimension: 2 }, inUse: 'another:3:unit' });
    expect(await settleSpaces(site, { store, embedder, replace: true, logger: log })).toBe(true);
    expect(await store.space(scope)).toBeUndefined();
  });
});
