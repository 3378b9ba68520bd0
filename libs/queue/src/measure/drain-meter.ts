import type { QueueName } from '@switchyard/contracts';

interface Sample {
  readonly at: number;
  readonly queues: ReadonlyMap<QueueName, { readonly drained: number; readonly waiting: number; readonly active: number }>;
}

/** Rates are taken over this time: long enough to count, short enough to see a tier that lost half of its instances. */
const WINDOW_MS = 5_000;
const LEAST_MS = 1_000;
/** So many messages must have been dispatched before their shares mean something. */
const LEAST_DISPATCHED = 20;
/** What a tier was seen to do under load is believed for this long: then it may have been scaled. */
const BELIEVED_MS = 60_000;

/**
 * How fast queues are emptied, from counters that are read now and then. How many jobs a tier does when it has few says
 * little of how many it could do; so its capacity is what it did while jobs were waiting all the time, and what it does of
 * late at least. A tier that did nothing at all has been away, and what it can do is not known.
 */
export class DrainMeter {
  private samples: Sample[] = [];
  private readonly capacities = new Map<QueueName, { readonly at: number; readonly perSecond: number }>();

  /** @param at by a monotonic clock, in ms */
  note(at: number, queues: Sample['queues']): void {
    this.samples = [...this.samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, queues }];
    for (const queue of queues.keys()) this.noteCapacity(at, queue);
  }

  read(queue: QueueName): { readonly perSecond: number; readonly capacityPerSecond: number | undefined; readonly share: number | undefined } {
    const last = this.samples.at(-1);
    const capacity = this.capacities.get(queue);
    const dispatched = this.done('dispatch');
    const perSecond = this.rate(queue) ?? 0;
    return {
      perSecond,
      capacityPerSecond: capacity && last && last.at - capacity.at < BELIEVED_MS ? Math.max(capacity.perSecond, perSecond) : undefined,
      share: dispatched < LEAST_DISPATCHED ? undefined : Math.min(1, this.come(queue) / dispatched),
    };
  }

  private noteCapacity(at: number, queue: QueueName): void {
    // Only the newest stretch in which something waited at every look.
    const busy = this.samples.slice(this.samples.findLastIndex((sample) => (sample.queues.get(queue)?.waiting ?? 0) === 0) + 1);
    const [first, last] = [busy[0], busy.at(-1)];
    if (!first || !last || last.at - first.at < LEAST_MS) return;
    const done = (last.queues.get(queue)?.drained ?? 0) - (first.queues.get(queue)?.drained ?? 0);
    if (done > 0) this.capacities.set(queue, { at, perSecond: (done * 1_000) / (last.at - first.at) });
    else this.capacities.delete(queue);
  }

  private done(queue: QueueName): number {
    return Math.max(0, (this.samples.at(-1)?.queues.get(queue)?.drained ?? 0) - (this.samples[0]?.queues.get(queue)?.drained ?? 0));
  }

  /** What came, done or not: a full tier does a small part of what is sent to it, and that is when the share is asked for. */
  private come(queue: QueueName): number {
    const lying = (sample: Sample | undefined): number => (sample?.queues.get(queue)?.waiting ?? 0) + (sample?.queues.get(queue)?.active ?? 0);
    return Math.max(0, this.done(queue) + lying(this.samples.at(-1)) - lying(this.samples[0]));
  }

  private rate(queue: QueueName): number | undefined {
    const spanMs = (this.samples.at(-1)?.at ?? 0) - (this.samples[0]?.at ?? 0);
    return spanMs < LEAST_MS ? undefined : (this.done(queue) * 1_000) / spanMs;
  }
}
