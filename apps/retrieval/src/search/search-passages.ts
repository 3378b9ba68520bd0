import type { Embedder, KnowledgeHit, KnowledgeQuery, KnowledgeScope, VectorStore } from '@switchyard/contracts';
import { queryVector } from '@switchyard/knowledge';

/** How long a question waits for its vector; longer, and it is searched by its words alone. */
const EMBED_MS = 800;

export interface SearchOptions {
  readonly limit: number;
  readonly filter?: KnowledgeQuery['filter'];
  /** Instant, ISO 8601: what does not hold then is not found. */
  readonly validAt: string;
  readonly signal: AbortSignal;
}

/** Ranked passages for a question: by its words, and by its vector where an embedder is there and answers in time. */
export async function searchPassages(base: { readonly store: VectorStore; readonly embedder?: Embedder | undefined }, scope: KnowledgeScope, question: string, { limit, filter, validAt, signal }: SearchOptions): Promise<KnowledgeHit[]> {
  const dense = base.embedder ? await embedQuestion(base.embedder, question, signal) : undefined;
  return base.store.query(scope, { sparse: queryVector(question), limit, validAt, ...(dense ? { dense } : {}), ...(filter ? { filter } : {}) });
}

async function embedQuestion(embedder: Embedder, question: string, signal: AbortSignal): Promise<Float32Array | undefined> {
  try {
    return (await embedder.embed([question], AbortSignal.any([signal, AbortSignal.timeout(EMBED_MS)])))[0];
  } catch {
    // The request's own end must end it; a slow or absent model server must not.
    signal.throwIfAborted();
    return undefined;
  }
}
