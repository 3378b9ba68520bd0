import type { AuditEvent } from '@switchyard/contracts';

/** Where a step stands: the acceptance, then what the jobs did, then what the edge did with their result. */
const Part = { accepted: 0, job: 1, edge: 2 } as const;
type Part = (typeof Part)[keyof typeof Part];

interface Place {
  readonly part: Part;
  readonly hop: number;
  readonly attempt: number;
  readonly count: number;
}

/** What the id says of where the step stands: `<requestId>.<tier>.<hop>.<attempt>.<n>`, or `….<instance>.<n>` outside a job. */
function placeOf({ id, requestId, tier, step }: AuditEvent): Place {
  const rest = id.slice(requestId.length + tier.length + 2);
  const inJob = tier === 'gateway' ? null : /^(\d+)\.(\d+)\.(\d+)$/.exec(rest);
  if (inJob) return { part: Part.job, hop: Number(inJob[1]), attempt: Number(inJob[2]), count: Number(inJob[3]) };
  return { part: step === 'accepted' ? Part.accepted : Part.edge, hop: 0, attempt: 0, count: Number(/\.(\d+)$/.exec(rest)?.[1] ?? 0) };
}

/**
 * The steps of one request in the order in which one led to the other: the acceptance, the jobs hop by hop, run by run and
 * step by step, and last what the edge did. Times only decide among the edge's own: the clocks of several processes differ by
 * more than a step takes. An event that is there twice is given once.
 */
export function orderSteps(events: readonly AuditEvent[]): AuditEvent[] {
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  const placed = once.map((event) => ({ event, place: placeOf(event) }));
  placed.sort((a, b) => {
    const byPlace = a.place.part - b.place.part || a.place.hop - b.place.hop || a.place.attempt - b.place.attempt;
    return byPlace || (a.place.part === Part.job ? a.place.count - b.place.count : a.event.at - b.event.at || a.place.count - b.place.count);
  });
  return placed.map(({ event }) => event);
}
