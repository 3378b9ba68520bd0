import { Lane, type QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** How long the oldest waiting job has waited, in ms, by lane where that is known. */
interface Wait {
  readonly oldestMs: number;
  readonly oldestMsByLane?: Partial<Record<Lane, number>>;
}
export type Backlogs = Partial<Record<QueueName, Wait>>;

const LANES = Lane.options;

/** Nothing is told to wait longer than this: by then the backlog is another one. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Refuses work that could not be done in time: where the oldest message already waits as long for a dispatcher as this one
 * may live, it would expire unread. Length alone says nothing, since a fast tier empties a long queue.
 * @throws MeshError OVERLOADED with the time after which it may fit
 */
export function admit(backlogs: Backlogs, lane: Lane, deadlineMs: number): void {
  const { oldestMs: oldestOfAll = 0, oldestMsByLane } = backlogs.dispatch ?? {};
  // What waits in a less urgent lane is overtaken, so it says nothing.
  const before = LANES.slice(0, LANES.indexOf(lane) + 1);
  const oldestMs = oldestMsByLane ? Math.max(0, ...before.map((one) => oldestMsByLane[one] ?? 0)) : oldestOfAll;
  if (oldestMs < deadlineMs) return;
  throw new MeshError('OVERLOADED', `the oldest message has waited ${Math.round(oldestMs)} ms, the deadline is ${deadlineMs} ms`, { retryAfterMs: Math.min(LONGEST_WAIT_MS, Math.max(1_000, oldestMs - deadlineMs)) });
}
