/**
 * What a text is embedded as. Some models want other words before a question than before what answers it; `sentence` is
 * compared with its like.
 */
export type EmbeddingRole = 'query' | 'document' | 'sentence';

/** Turns texts into vectors of one length. Never pretended: where no embedding server is configured, there is none. */
export interface Embedder {
  /** Model, dimension and prefixes in one string; vectors of different fingerprints are never compared. */
  readonly fingerprint: string;
  readonly dimension: number;
  /** @param role `sentence` where absent */
  embed(texts: readonly string[], signal: AbortSignal, role?: EmbeddingRole): Promise<Float32Array[]>;
}
