import { createHash } from 'node:crypto';
import type { Embedder, KnowledgeScope, StoredPassage, VectorStore } from '@switchyard/contracts';
import { chunksOf, parseDocumentInSteps, passageOf, titleOf, type DocumentSource, type ParsedDocument } from '@switchyard/knowledge';
import { givingWay } from './give-way.js';

/** Raised when parsing, chunking or the terms change, so that documents are indexed again after an update. */
const INDEX_VERSION = 2;
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
}

export interface Indexing {
  readonly store: VectorStore;
  readonly embedder?: Embedder | undefined;
  readonly signal: AbortSignal;
}

/** Hash of all that the passages are made from; the same hash means that there is nothing to do. */
export function contentHashOf({ fileName, content, title, metadata, origin }: SourceDocument, embedder: Embedder | undefined): string {
  const facts = [INDEX_VERSION, embedder?.fingerprint ?? null, origin ?? null, fileName, title ?? null, Object.entries(metadata ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1))];
  return createHash('sha256').update(JSON.stringify(facts)).update('\0').update(content).digest('hex');
}

/**
 * Parses, cuts and stores one document, unless it is stored already as it is. Long work gives way to questions.
 * @throws MeshError DOCUMENT_INVALID naming the document; MODEL_… where its passages cannot be embedded
 */
export async function indexDocument(scope: KnowledgeScope, source: SourceDocument, { store, embedder, signal }: Indexing): Promise<{ state: 'indexed' | 'unchanged'; passages: number }> {
  const { documentId, fileName, content, metadata = {}, origin } = source;
  const contentHash = contentHashOf(source, embedder);
  const stored = await store.document(scope, documentId);
  if (stored?.contentHash === contentHash) return { state: 'unchanged', passages: stored.passages };

  const pause = givingWay();
  const giveWay = async (): Promise<void> => {
    // Others wait for their turn: what nobody waits for any more must not go on.
    signal.throwIfAborted();
    await pause();
  };
  const parsed = await parse({ fileName, content }, giveWay);
  const title = titleOf(parsed, fileName, source.title);
  const passages: StoredPassage[] = [];
  for (const chunk of chunksOf(parsed, title)) {
    passages.push(passageOf(chunk, passages.length, { scope, documentId, metadata }));
    await giveWay();
  }
  const embedded = embedder ? await embed(passages, embedder, signal) : passages;
  signal.throwIfAborted();
  await store.replaceDocument(scope, { documentId, title, contentHash, ...(origin === undefined ? {} : { origin }) }, embedded);
  return { state: 'indexed', passages: passages.length };
}

async function parse(source: DocumentSource, giveWay: () => Promise<void>): Promise<ParsedDocument> {
  const steps = parseDocumentInSteps(source);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await giveWay();
  }
}

async function embed(passages: readonly StoredPassage[], embedder: Embedder, signal: AbortSignal): Promise<StoredPassage[]> {
  const embedded: StoredPassage[] = [];
  for (let at = 0; at < passages.length; at += EMBED_BATCH) {
    const batch = passages.slice(at, at + EMBED_BATCH);
    const vectors = await embedder.embed(batch.map(({ title, text }) => `${title}\n${text}`), signal);
    embedded.push(...batch.map((passage, index) => ({ ...passage, ...(vectors[index] ? { dense: vectors[index] } : {}) })));
  }
  return embedded;
}
