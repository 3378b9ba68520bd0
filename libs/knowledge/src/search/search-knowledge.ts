import type { KnowledgeHit, KnowledgeQuery, KnowledgeScope, VectorStore } from '@switchyard/contracts';
import { queryVector } from '../terms/sparse-vector.js';

/** What a search needs beside the question. */
export interface SearchPorts {
  readonly store: Pick<VectorStore, 'query'>;
  /** The question's vector; nothing where there is no embedding model, or it does not answer in time. */
  readonly embed?: ((question: string, signal: AbortSignal) => Promise<Float32Array | undefined>) | undefined;
}

export interface SearchOptions {
  readonly limit: number;
  readonly filter?: KnowledgeQuery['filter'];
  /** Instant, ISO 8601: what does not hold then is not found. Absent: whatever is stored. */
  readonly validAt?: string;
  readonly signal: AbortSignal;
}

/** Ranked passages for a question: by its words, and by its vector where there is one. */
export async function searchKnowledge({ store, embed }: SearchPorts, scope: KnowledgeScope, question: string, { limit, filter, validAt, signal }: SearchOptions): Promise<KnowledgeHit[]> {
  const dense = await embed?.(question, signal);
  return store.query(scope, { sparse: queryVector(question), limit, ...(dense ? { dense } : {}), ...(filter ? { filter } : {}), ...(validAt === undefined ? {} : { validAt }) });
}
