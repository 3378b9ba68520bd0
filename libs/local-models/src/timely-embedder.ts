import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

export interface TimelyOptions {
  /** Milliseconds that a question waits for its vector, at most. */
  readonly queryMs: number;
  /** Told what became of each question's vector. */
  readonly onQuery?: (result: 'used' | 'late' | 'failed' | 'rest') => void;
  readonly now?: () => number;
}

/** After so many questions in a row without a vector, none waits for one for a while. */
const FAILURES_BEFORE_REST = 3;
const REST_MS = 5_000;

/**
 * The embedder, in which a question never waits longer than it may: a call that takes longer fails with
 * MODEL_UNAVAILABLE, and after several of those all fail at once for some seconds. Documents wait as long as their signal lets them.
 */
export function timelyEmbedder(embedder: Embedder, { queryMs, onQuery = () => undefined, now = () => performance.now() }: TimelyOptions): Embedder {
  let failures = 0;
  let restsUntil = 0;
  const { fingerprint, dimension } = embedder;
  return {
    fingerprint,
    dimension,
    async embed(texts, signal, role) {
      if (role !== 'query') return embedder.embed(texts, signal, role);
      if (now() < restsUntil) {
        onQuery('rest');
        throw new MeshError('MODEL_UNAVAILABLE', 'the embedding model did not answer in time of late');
      }
      const timeout = AbortSignal.timeout(queryMs);
      try {
        const vectors = await embedder.embed(texts, AbortSignal.any([signal, timeout]), role);
        failures = 0;
        onQuery('used');
        return vectors;
      } catch (error) {
        // The request's own end says nothing about the server.
        signal.throwIfAborted();
        if (++failures >= FAILURES_BEFORE_REST) restsUntil = now() + REST_MS;
        onQuery(timeout.aborted ? 'late' : 'failed');
        throw timeout.aborted ? new MeshError('MODEL_UNAVAILABLE', `no vector within ${queryMs} ms`) : error;
      }
    },
  };
}
