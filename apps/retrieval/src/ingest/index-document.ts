import { createHash } from 'node:crypto';
import type { Embedder, KnowledgeScope, StoredPassage, VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { textToEmbed } from '@switchyard/knowledge';
import type { Reading } from './read/reading-thread.js';
import type { ReadingOrder } from './read/reading-messages.js';

/** Raised when parsing, chunking or the terms change, so that documents are indexed again after an update. */
const INDEX_VERSION = 4;
/** Passages that are embedded in one call. */
const EMBED_BATCH = 32;

export interface SourceDocument {
  readonly documentId: string;
  /** Names the document in errors; its ending says how it is read. */
  readonly fileName: string;
  readonly content: Uint8Array;
  readonly title?: string | undefined;
  readonly metadata?: StoredPassage['metadata'];
  /** `site` for the files of the site. */
  readonly origin?: string;
  /** The number of the order to bring it in, where there may be others for the document. */
  readonly order?: number | undefined;
}

/** Reads documents beside the tier's thread. */
export interface PassageReader {
  /** @throws MeshError DOCUMENT_… naming the document; the signal's reason */
  read(order: ReadingOrder, signal: AbortSignal): Promise<Reading>;
}

export interface Indexing {
  readonly store: VectorStore;
  readonly reader: PassageReader;
  readonly embedder?: Embedder | undefined;
  readonly signal: AbortSignal;
}

export interface Indexed {
  /** `superseded`: a later order for the document was carried out. */
  readonly state: 'indexed' | 'unchanged' | 'superseded';
  readonly passages: number;
}
const SUPERSEDED: Indexed = { state: 'superseded', passages: 0 };

/** Hash of all that the passages are made from; the same hash means that there is nothing to do. */
export function contentHashOf({ fileName, content, title, metadata, origin }: SourceDocument, embedder: Embedder | undefined): string {
  const facts = [INDEX_VERSION, embedder?.fingerprint ?? null, origin ?? null, fileName, title ?? null, Object.entries(metadata ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1))];
  return createHash('sha256').update(JSON.stringify(facts)).update('\0').update(content).digest('hex');
}

/**
 * Reads, cuts and stores one document, unless it is stored already as it is.
 * @throws MeshError DOCUMENT_… naming the document; MODEL_… where its passages cannot be embedded
 */
export async function indexDocument(scope: KnowledgeScope, source: SourceDocument, { store, reader, embedder, signal }: Indexing): Promise<Indexed> {
  const { documentId, fileName, content, metadata = {}, origin, order } = source;
  const contentHash = contentHashOf(source, embedder);
  const stored = await store.document(scope, documentId);
  if (stored?.contentHash === contentHash) {
    const kept = order === undefined ? 'kept' : await store.keepDocument(scope, documentId, order, contentHash);
    if (kept === 'superseded') return SUPERSEDED;
    // Where an earlier order came between, the content is brought in once more.
    if (kept === 'kept') return { state: 'unchanged', passages: stored.passages };
  }

  const { title, passages } = await reader.read({ scope, documentId, fileName, content, title: source.title, metadata }, signal);
  const embedded = embedder ? await embed(passages, embedder, signal) : passages;
  signal.throwIfAborted();
  const isWritten = await store.replaceDocument(scope, { documentId, title, contentHash, ...(origin === undefined ? {} : { origin }) }, embedded, order);
  if (!isWritten) return SUPERSEDED;
  return { state: 'indexed', passages: passages.length };
}

async function embed(passages: readonly StoredPassage[], embedder: Embedder, signal: AbortSignal): Promise<StoredPassage[]> {
  const embedded: StoredPassage[] = [];
  for (let at = 0; at < passages.length; at += EMBED_BATCH) {
    const batch = passages.slice(at, at + EMBED_BATCH);
    const vectors = await embedder.embed(batch.map(textToEmbed), signal, 'document');
    embedded.push(...batch.map((passage, index) => ({ ...passage, ...(vectors[index] ? { dense: vectors[index] } : {}) })));
  }
  return embedded;
}

/**
 * As `indexDocument`, but a model that is away, or is not the one of the collection, costs the document its vector and not its
 * place: `waits` says that it is found by its words until it gets one.
 */
export async function indexAsFarAsPossible(scope: KnowledgeScope, source: SourceDocument, indexing: Indexing): Promise<Indexed & { waits?: MeshError }> {
  try {
    return await indexDocument(scope, source, indexing);
  } catch (error) {
    if (!indexing.embedder || !MeshError.is(error) || !error.code.startsWith('MODEL_')) throw error;
    return { ...(await indexDocument(scope, source, { ...indexing, embedder: undefined })), waits: error };
  }
}
