import { setTimeout } from 'node:timers/promises';
import { MeshError } from '@switchyard/errors';

export interface Patience {
  /** For one try. */
  readonly tryMs: number;
  /** No try begins later than this after the first. */
  readonly repeatMs: number;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs a call that may be repeated, until it succeeds, fails for good, or its time is used up. After a server's
 * `Retry-After` it waits as long as that says; where no time is left after that, it fails at once.
 * @throws what the last try threw; the signal's reason when it is aborted
 */
export async function tryAgain<Result>(call: (signal: AbortSignal) => Promise<Result>, { tryMs, repeatMs }: Patience, signal?: AbortSignal): Promise<Result> {
  const until = performance.now() + repeatMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    const limit = AbortSignal.timeout(tryMs);
    try {
      return await call(signal ? AbortSignal.any([signal, limit]) : limit);
    } catch (error) {
      signal?.throwIfAborted();
      const pauseMs = (MeshError.is(error) ? error.retryAfterMs : undefined) ?? waitMs * (0.5 + Math.random() / 2);
      if (!MeshError.is(error) || !error.retry || performance.now() + pauseMs >= until) throw error;
      await setTimeout(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}
