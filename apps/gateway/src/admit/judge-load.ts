import type { Lane, QueueName } from '@switchyard/contracts';
import { predictWaitMs, type MeshLoad, type QueueLoad } from '@switchyard/queue';

/** What is judged: a request that would come now. */
export interface Candidate {
  readonly tenant: string;
  readonly lane: Lane;
  readonly deadlineMs: number;
  /** Requests of this tenant that were let in since the load was measured. */
  readonly sinceMeasured: number;
  /** 0 to 1, drawn anew for each request. */
  readonly chance: number;
}

/** Why a request is not let in, and when it may be. */
export interface Refusal {
  readonly queue: QueueName;
  readonly waitMs: number;
  readonly retryAfterMs: number;
}

/** The tiers behind the dispatcher; which of them a message needs is not known before it is read. */
const BEHIND: readonly QueueName[] = ['worker', 'retrieval', 'expert'];
/** What may be spent on waiting in one queue. The rest is for the work, the other queues, and for how wrong a prediction can be. */
const WAITING_SHARE = 0.6;
/** Nothing is told to wait longer than this: by then the backlog is another one. */
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 1_000;

/**
 * Whether a request could still be answered in time. It is measured by what the tenant itself has waiting, at the
 * tenant's share of what the tier does: a tenant that has little is let in whatever others have.
 *
 * Every message passes the dispatcher. It needs a tier behind it with the probability with which messages did of late, so
 * with that probability it is refused where that tier is full: what flows in is then what the tier can do.
 *
 * Pure: the same load, candidate and chance give the same verdict.
 */
export function judgeLoad(load: MeshLoad, candidate: Candidate, weightOf: (tenant: string) => number): Refusal | undefined {
  const budgetMs = candidate.deadlineMs * WAITING_SHARE;
  const waits = ['dispatch' as const, ...BEHIND].map((queue) => ({ queue, share: queue === 'dispatch' ? 1 : (load[queue].share ?? 0), waitMs: waitIn(load[queue], candidate, weightOf) }));
  const full = waits.filter(({ waitMs, share }) => waitMs > budgetMs && candidate.chance < share).toSorted((one, other) => other.waitMs - one.waitMs)[0];
  if (!full) return undefined;
  // Spread by a fifth to either side, so that those who were refused together do not come back together.
  const spread = 0.8 + 0.4 * candidate.chance;
  return { queue: full.queue, waitMs: full.waitMs, retryAfterMs: Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, Math.round((full.waitMs - budgetMs) * spread))) };
}

function waitIn(load: QueueLoad, { tenant, lane, sinceMeasured }: Candidate, weightOf: (tenant: string) => number): number {
  // A tier that was never seen busy: how long its oldest job has waited is all that is known.
  return predictWaitMs(load, { tenant, lane, further: sinceMeasured }, weightOf) ?? load.oldestMs;
}
