/** Turns texts into vectors of one length. Never pretended: where no embedding server is configured, there is none. */
export interface Embedder {
  /** Model, dimension and prefix in one string; vectors of different fingerprints are never compared. */
  readonly fingerprint: string;
  readonly dimension: number;
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}
