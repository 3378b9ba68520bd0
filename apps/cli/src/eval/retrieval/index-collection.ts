import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnowledgeScope, VectorStore } from '@switchyard/contracts';
import { chunksOf, parseDocument, passageOf } from '@switchyard/knowledge';
import { openEmbeddedStore } from '@switchyard/vector-store';
import type { TestCollection } from './read-collection.js';

export const SCOPE: KnowledgeScope = { tenant: 'eval', collection: 'eval' };

export interface IndexedCollection {
  readonly store: VectorStore;
  readonly passages: number;
  /** Reading, cutting, terms and writing to disk. */
  readonly indexSeconds: number;
  /** From the file to memory, which the first question waits for. */
  readonly loadSeconds: number;
  readonly fileMb: number;
  /** What the process grew by, the texts of the collection not counted. */
  readonly memoryMb: number;
  readonly close: () => Promise<void>;
}

/** Documents that wait at once are committed together. */
const AT_ONCE = 64;

const megabytes = (bytes: number): number => bytes / 2 ** 20;

/** Documents in a store of their own, as ingesting makes it; the store and its folder go with `close`. */
export async function indexCollection({ documents }: Pick<TestCollection, 'documents'>): Promise<IndexedCollection> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-eval-retrieval-'));
  const before = process.memoryUsage().rss;
  const file = join(directory, 'knowledge.db');
  const store = openEmbeddedStore({ file });
  const close = async (): Promise<void> => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const began = performance.now();
    let passages = 0;
    for (let from = 0; from < documents.length; from += AT_ONCE) {
      await Promise.all(documents.slice(from, from + AT_ONCE).map(async ({ id, title, text, metadata }) => {
        const chunks = [...chunksOf(parseDocument({ fileName: 'document.txt', content: Buffer.from(text, 'utf8') }), title)];
        passages += chunks.length;
        await store.replaceDocument(SCOPE, { documentId: id, title, contentHash: '' }, chunks.map((chunk, position) => passageOf(chunk, position, { scope: SCOPE, documentId: id, metadata })));
      }));
    }
    const indexed = performance.now();
    await store.statistics(SCOPE, []);
    const loaded = performance.now();
    return {
      store,
      passages,
      indexSeconds: (indexed - began) / 1_000,
      loadSeconds: (loaded - indexed) / 1_000,
      fileMb: megabytes((await stat(file)).size),
      memoryMb: megabytes(process.memoryUsage().rss - before),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
