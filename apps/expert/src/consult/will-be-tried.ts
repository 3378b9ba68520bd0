import { ConsultJob, type JobContext } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import { queueSettings } from '@switchyard/queue';

/** The queue spreads its waits by a quarter. */
const LONGEST_SPREAD = 1.25;

/**
 * Whether the queue runs the job again for this error. Where it does not, the expert ends the request itself, since
 * only it knows what has left the site.
 */
export function willBeTried(error: MeshError, { attempt, timeLeftMs }: { readonly attempt: number; readonly timeLeftMs: number }): boolean {
  if (!error.retry || attempt >= ConsultJob.attempts) return false;
  const waitMs = queueSettings.expert.backoffMs * 2 ** (attempt - 1) * LONGEST_SPREAD;
  return Math.max(waitMs, error.retryAfterMs ?? 0) < timeLeftMs;
}

export const momentOf = (context: Pick<JobContext, 'attempt' | 'timeLeftMs'>) => ({ attempt: context.attempt, timeLeftMs: context.timeLeftMs() });
