import { BrokenCircuitError, circuitBreaker, CircuitState, CountBreaker, handleWhenResult } from 'cockatiel';

/** Open when half of the last 20 calls found the other side in trouble, and at least 5 were made. */
const WINDOW = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 } as const;
/** Then one call is let through to see. */
const LOOK_AGAIN_MS = 5_000;

export interface CircuitBreaker<Result> {
  /** Whether a call would be refused now; not any more when the time has come to look again. */
  readonly isOpen: boolean;
  /** Runs a call, or gives undefined at once where the last calls have shown that the other side is in trouble. Rejects as the call does. */
  run(call: () => Promise<Result>): Promise<Result | undefined>;
}

/**
 * The circuit breaker of one endpoint in one process (Nygard, Release It!, 2007): who does not answer is left alone for a
 * while, and nobody waits for a timeout. `isTrouble` tells of a result whether it counts against the other side; a call
 * that rejects (one that was aborted) says nothing of it.
 */
export function createCircuitBreaker<Result>(isTrouble: (result: Result) => boolean, lookAgainMs = LOOK_AGAIN_MS): CircuitBreaker<Result> {
  const policy = circuitBreaker(handleWhenResult((result) => isTrouble(result as Result)), { halfOpenAfter: lookAgainMs, breaker: new CountBreaker(WINDOW) });
  let brokeAt = -Infinity;
  policy.onBreak(() => (brokeAt = performance.now()));
  return {
    get isOpen() {
      return policy.state === CircuitState.Open && performance.now() - brokeAt < lookAgainMs;
    },
    async run(call) {
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof BrokenCircuitError) return undefined;
        throw error;
      }
    },
  };
}
