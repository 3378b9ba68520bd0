import { summarise, type Summary } from '../statistics.ts';
import type { SlotCall } from './slot-server.ts';

export interface SlotTime {
  /** From the first call's start to the last one's: until then, something waited. */
  readonly seconds: number;
  /** Share of all slots' time in it in which they had nothing to do. */
  readonly idleShare: number;
  /** From a slot's being free to the next call's start in it. */
  readonly refill: Summary;
}

/** How busy the slots were while requests waited. @param calls that had a slot, more than there are slots */
export function measureSlotTime(calls: readonly SlotCall[], slots: number): SlotTime {
  const held = calls.flatMap(({ startedAt, endedAt }) => (startedAt === undefined ? [] : [{ startedAt, endedAt }])).toSorted((a, b) => a.startedAt - b.startedAt);
  const from = held[0]?.startedAt ?? Number.NaN;
  const to = held.at(-1)?.startedAt ?? Number.NaN;
  const busyMs = held.reduce((sum, { startedAt, endedAt }) => sum + Math.min(endedAt, to) - startedAt, 0);
  const ends = held.map(({ endedAt }) => endedAt).toSorted((a, b) => a - b);
  // The nth start after the slots were full takes the place of the nth call that ended.
  const refills = held.slice(slots).map(({ startedAt }, at) => startedAt - (ends[at] ?? Number.NaN));
  return { seconds: (to - from) / 1_000, idleShare: 1 - busyMs / (slots * (to - from)), refill: summarise(refills) };
}
