import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { DocumentState, DocumentStatus, VectorStore } from '@switchyard/contracts';
import { createRedis, DocumentLedger, openRedis, type RedisConnection } from '@switchyard/queue';
import { startRedis } from '@switchyard/testing';
import { openEmbeddedStore } from '@switchyard/vector-store';
import { listDocuments, type Listing } from './list-documents.js';

const scope = { tenant: 'demo', collection: 'site' };
const stops: (() => unknown)[] = [];
let redis: RedisConnection;
let folder: string;
let files = 0;
let listing: Listing & { readonly store: VectorStore; readonly ledger: DocumentLedger };

beforeAll(async () => {
  const server = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'list-documents-'));
  redis = createRedis(server.url, 'impatient', 'list-documents');
  await openRedis([redis], server.url);
  stops.push(() => rm(folder, { recursive: true }), () => server.stop(), () => redis.disconnect());
});
beforeEach(async () => {
  await redis.flushall();
  const store = openEmbeddedStore({ file: join(folder, `${files++}.db`) });
  stops.push(() => store.close());
  listing = { store, ledger: new DocumentLedger(redis), scope };
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const store = (documentId: string): Promise<boolean> => listing.store.replaceDocument(scope, { documentId, title: `Title of ${documentId}`, contentHash: 'h' }, []);
const order = async (documentId: string, at: number): Promise<number> => {
  const sequence = await listing.ledger.next();
  await listing.ledger.wait({ ...scope, documentId }, sequence, at);
  return sequence;
};
const NOW = Date.now();

async function allPages(limit: number, state?: DocumentState, between: () => Promise<unknown> = async () => undefined): Promise<DocumentStatus[][]> {
  const pages: DocumentStatus[][] = [];
  for (let cursor: string | undefined; ; ) {
    const { documents, next } = await listDocuments(listing, { limit, state, cursor, nowMs: NOW });
    pages.push(documents);
    if (next === undefined) return pages;
    cursor = next;
    await between();
  }
}

it('lists what is stored and what is on its way, each once, in pages of the size that is asked for', async () => {
  for (let at = 0; at < 7; at++) await store(`s${at}`);
  for (const id of ['new', 's3']) await order(id, NOW - 5_000);
  await listing.ledger.settle({ ...scope, documentId: 'broken' }, await listing.ledger.next(), NOW - 5_000, { code: 'DOCUMENT_EMPTY', reason: 'no text' });
  const pages = await allPages(4);
  expect(pages.every((page) => page.length <= 4)).toBe(true);
  const listed = pages.flat();
  expect(listed.map(({ documentId }) => documentId)).toEqual(['broken', 'new', 's3', 's0', 's1', 's2', 's4', 's5', 's6']);
  expect(listed.slice(0, 3)).toMatchObject([{ state: 'failed', error: { code: 'DOCUMENT_EMPTY' } }, { state: 'waiting', passages: 0 }, { state: 'waiting', title: 'Title of s3' }]);
  expect((await allPages(2, 'ready')).flat().map(({ documentId }) => documentId)).toEqual(['s0', 's1', 's2', 's4', 's5', 's6']);
  expect((await allPages(1, 'failed')).flat()).toMatchObject([{ documentId: 'broken' }]);
});

it('leaves out nothing that is there all the time, while documents come to be stored, go, and are ordered anew', async () => {
  for (let at = 0; at < 9; at++) await store(`s${at}`);
  const waiting = new Map<string, number>();
  for (let at = 0; at < 9; at++) waiting.set(`w${at}`, await order(`w${at}`, NOW - 5_000));
  let round = 0;
  const pages = await allPages(3, undefined, async () => {
    // One that waited is stored, one that is stored waits again, one comes that nobody knew.
    const moved = `w${8 - round}`;
    if (waiting.has(moved)) {
      await store(moved);
      await listing.ledger.settle({ ...scope, documentId: moved }, waiting.get(moved) ?? 0, NOW + 10);
    }
    await order(`s${round % 9}`, NOW + 10);
    await order(`a${round}`, NOW + 10);
    round += 1;
  });
  expect(round).toBeGreaterThan(4);
  const listed = new Set(pages.flat().map(({ documentId }) => documentId));
  expect([...Array(9).keys()].flatMap((at) => [`s${at}`, `w${at}`]).filter((id) => !listed.has(id))).toEqual([]);
});

it('looks at a bounded number of documents for a page, however few of them are wanted', async () => {
  let asked = 0;
  const endless: Listing = {
    ...listing,
    store: {
      document: () => Promise.resolve(undefined),
      documents: (_scope, limit) => {
        asked += limit;
        return Promise.resolve({ documents: Array.from({ length: limit }, (_, at) => ({ documentId: `d${asked}-${at}`, title: '', contentHash: '', passages: 0, updatedAt: '' })), next: String(asked) });
      },
    },
    ledger: { list: () => Promise.resolve({ entries: [] }), findAll: (_scope, ids) => Promise.resolve(new Map(ids.map((documentId) => [documentId, { documentId, state: 'waiting', at: 0 }]))) },
  };
  const { documents, next } = await listDocuments(endless, { limit: 1_000, state: 'ready', nowMs: NOW });
  expect(documents).toEqual([]);
  expect(next).toEqual(expect.any(String));
  expect(asked).toBeLessThanOrEqual(6_000);
});

it.each(['', 'x', Buffer.from('{"part":"elsewhere","since":1}').toString('base64url')])('refuses a cursor that no page ended with: %j', async (cursor) => {
  await expect(listDocuments(listing, { limit: 5, cursor, nowMs: NOW })).rejects.toMatchObject({ code: 'REQUEST_INVALID', field: 'cursor' });
});
