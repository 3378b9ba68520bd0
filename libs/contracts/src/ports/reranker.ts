import type { KnowledgeHit } from './vector-store.js';

/** Judges how well found passages answer a question, looking at both together. */
export interface Reranker {
  /** Model and host, or the method; for the record. */
  readonly name: string;
  /**
   * One score from 0 to 1 for each hit, in the order of the hits; higher answers better. Comparable within one call only.
   * @throws MeshError MODEL_… where a model server fails or is too slow; the signal's reason where it aborts
   */
  rerank(question: string, hits: readonly KnowledgeHit[], signal: AbortSignal): Promise<readonly number[]>;
}
