import { BrokenCircuitError, circuitBreaker, CountBreaker, handleWhenResult } from 'cockatiel';
import { failed, type Sent } from './tool-result.js';

/** Open when half of the last 20 calls found the backend in trouble, and at least 5 were made. */
const WINDOW = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 } as const;
/** Then one call is let through to see. */
const LOOK_AGAIN_MS = 5_000;

/** Runs a call, or says at once that the backend is in trouble, where its last calls have shown it. */
export type ToolBreaker = (call: () => Promise<Sent>) => Promise<Sent>;

/**
 * The circuit breaker of one tool in one process (Nygard, Release It!, 2007): a backend that does not answer is left
 * alone for a while, and nobody waits for its timeout. An aborted call says nothing of the backend.
 */
export function createToolBreaker(lookAgainMs = LOOK_AGAIN_MS): ToolBreaker {
  const policy = circuitBreaker(handleWhenResult((sent) => (sent as Sent).isTrouble === true), { halfOpenAfter: lookAgainMs, breaker: new CountBreaker(WINDOW) });
  return async (call) => {
    try {
      return await policy.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return failed('unavailable', 'breaker open');
      throw error;
    }
  };
}
