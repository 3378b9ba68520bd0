import { afterEach, beforeEach, expect } from 'vitest';
import type { KnowledgeScope, StoredPassage, VectorStore } from '@switchyard/contracts';
import { ask } from '../../vector-store-conformance.js';
import { openQdrantStore, type QdrantStoreOptions } from '../open-qdrant-store.js';
import type { QdrantStore } from '../qdrant-store.js';
import { startStandIn, type StandIn } from './stand-in-server.js';

export const space = 'model@3';
export const scope: KnowledgeScope = { tenant: 'demo', collection: 'site' };
const ONE_TRY = { tryMs: 15_000, repeatMs: 0 };
/** A machine that runs other tests too may be slow, and the stand-in compiles a check when it is first needed. */
export const PATIENT = { read: { tryMs: 15_000, repeatMs: 15_000 } };
/** A rebuild that is dead is taken for dead at once. */
export const SHORT = { beatMs: 100, leaseMs: 3_000 };
export const HASTY = { read: ONE_TRY, write: ONE_TRY, admin: ONE_TRY };

export interface Bench {
  /** A stand-in of the running test's own, without data. */
  readonly server: StandIn;
  /** A store on it, as a process of its own would have; closed after the test. */
  open(options?: Partial<QdrantStoreOptions>): Promise<QdrantStore>;
}

/** A fresh stand-in for each test; it fails where an exchange did not fit the API document. */
export function useStandIn(): Bench {
  let server: StandIn | undefined;
  const stores: QdrantStore[] = [];
  beforeEach(async () => {
    server = await startStandIn();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await server?.close();
    expect(server?.violations).toEqual([]);
  });
  const bench: Bench = {
    get server() {
      if (!server) throw new Error('no test is running');
      return server;
    },
    async open(options = {}) {
      const store = await openQdrantStore({ url: bench.server.url, patience: PATIENT, lease: SHORT, ...options });
      stores.push(store);
      return store;
    },
  };
  return bench;
}

/** The content hash of the document is the text of its first passage. */
export const put = (store: VectorStore, documentId: string, passages: readonly StoredPassage[], where = scope): Promise<boolean> => store.replaceDocument(where, { documentId, title: documentId, contentHash: passages[0]?.text ?? 'empty' }, passages);

/** The texts of the passages that hold a term. */
export const texts = async (store: VectorStore, id: number): Promise<string[]> => (await store.query(scope, { sparse: ask(id), limit: 100 })).map((hit) => hit.passage.text);
