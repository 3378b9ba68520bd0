import { UnrecoverableError } from 'bullmq';
import type { MeshError } from '@switchyard/errors';

/** Tells BullMQ to run the job again after a wait. Carries the code only: BullMQ stores message and stack in clear. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';

  constructor(
    error: MeshError,
    readonly delayMs: number,
  ) {
    super(`${error.code}: ${error.detail}`);
    this.stack = this.message;
  }
}

/** Tells BullMQ that the job is done for: it goes to the dead letters, under its code. */
export function deadLetter(error: MeshError): UnrecoverableError {
  const dead = new UnrecoverableError(`${error.code}: ${error.detail}`);
  dead.stack = dead.message;
  return dead;
}

/**
 * The wait before the next attempt: doubled each time, and spread by a quarter so that jobs that failed together do
 * not come back together. What failed may name a longer wait.
 * @param attemptsMade attempts that failed before this one
 * @param chance 0 to 1
 */
export function retryDelayMs(backoffMs: number, attemptsMade: number, error: MeshError, chance: number): number {
  const doubled = backoffMs * 2 ** attemptsMade;
  return Math.max(Math.round(doubled * (0.75 + chance / 2)), error.retryAfterMs ?? 0);
}

/** BullMQ's backoff strategy of type `mesh`. Without a delay of ours (a bug in BullMQ's own path), a second. */
export function bullBackoff(_attemptsMade: number, _type?: string, error?: Error): number {
  return error instanceof RetryLater ? error.delayMs : 1_000;
}
