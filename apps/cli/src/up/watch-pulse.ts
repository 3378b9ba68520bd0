const EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 3_000;
/** Told so often in a row that it does not live, it is believed: a machine that stood still for a moment is not dead. */
const MISSES = 3;

export interface PulseOptions {
  /** Where the process tells whether it lives: `/health/live` answers 200 while it does. */
  readonly url: string;
  readonly everyMs?: number;
  readonly answerWithinMs?: number;
  /** Called once, and the watch is over. */
  readonly onSilent: () => void;
}

/**
 * Asks a process again and again whether it lives. One that hangs, or has stopped taking jobs, is alive to the
 * operating system and of no use; only a restart helps, which is the caller's to do.
 * @returns what ends the watch
 */
export function watchPulse({ url, everyMs = EVERY_MS, answerWithinMs = ANSWER_WITHIN_MS, onSilent }: PulseOptions): () => void {
  let misses = 0;
  const over = new AbortController();
  const beat = async (): Promise<void> => {
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(answerWithinMs)]);
    const isAlive = await fetch(`${url}/health/live`, { signal }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
    if (over.signal.aborted) return;
    misses = isAlive ? 0 : misses + 1;
    if (misses < MISSES) return next();
    over.abort();
    onSilent();
  };
  const next = (): void => void setTimeout(() => void beat(), everyMs).unref();
  next();
  return () => over.abort();
}
