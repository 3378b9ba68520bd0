import type { AuditEvent, Tier } from '@switchyard/contracts';

const TIER_ORDER: Readonly<Record<Tier, number>> = { gateway: 0, dispatcher: 1, worker: 2, retrieval: 3, expert: 4, auditor: 5 };

/** Steps of the gateway that stand at an end of the request, whatever the clocks of the others said in that millisecond. */
const AT_AN_END: Readonly<Record<string, number>> = { accepted: -1, replied: 1 };

interface Place {
  readonly hop: number;
  readonly attempt: number;
  readonly count: number;
}

/** What the id says of where the step stands: `<requestId>.<tier>.<hop>.<attempt>.<n>`, or `….<instance>.<n>` outside a job. */
function placeOf({ id, requestId, tier }: AuditEvent): Place {
  const rest = id.slice(requestId.length + tier.length + 2);
  const inJob = tier === 'gateway' ? null : /^(\d+)\.(\d+)\.(\d+)$/.exec(rest);
  if (inJob) return { hop: Number(inJob[1]), attempt: Number(inJob[2]), count: Number(inJob[3]) };
  return { hop: 0, attempt: 0, count: Number(/\.(\d+)$/.exec(rest)?.[1] ?? 0) };
}

/**
 * The steps of one request in the order in which one led to the other: by time; within a millisecond by tier, hop,
 * attempt and count. An event that is there twice is given once.
 */
export function orderSteps(events: readonly AuditEvent[]): AuditEvent[] {
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  const placed = once.map((event) => ({ event, place: placeOf(event), end: event.tier === 'gateway' ? (AT_AN_END[event.step] ?? 0) : 0 }));
  placed.sort((a, b) => {
    const byTime = a.event.at - b.event.at;
    const byTier = TIER_ORDER[a.event.tier] - TIER_ORDER[b.event.tier];
    return byTime || a.end - b.end || byTier || a.place.hop - b.place.hop || a.place.attempt - b.place.attempt || a.place.count - b.place.count;
  });
  return placed.map(({ event }) => event);
}
