import { endedAt, requestIdOf, sentAt, type Message } from '../client/ledger.ts';
import { stepsOf, type RunRecord } from './run-record.ts';

/** Where a message's time went: what its client did, and what the mesh recorded, in milliseconds from when it was sent. */
export interface Timeline {
  readonly key: string;
  readonly kind: string;
  readonly requestId: string;
  readonly tookMs: number;
  readonly timeline: readonly string[];
}

/** The messages that took longest, the slowest first. */
export function tellSlowest(run: RunRecord, count: number): Timeline[] {
  const tookMs = (message: Message): number => (endedAt(message) ?? Number.NaN) - sentAt(message);
  return run.messages
    .filter((message) => Number.isFinite(tookMs(message)))
    .toSorted((one, other) => tookMs(other) - tookMs(one))
    .slice(0, count)
    .map((message) => {
      const from = sentAt(message);
      const moments = [
        ...message.attempts.map(({ at, until, status, code }) => ({ at, what: `sent, ${status ?? 'no answer'}${code ? ` ${code}` : ''} after ${until - at}` })),
        ...stepsOf(run, message).map(({ at, tookMs: lasted = 0, tier, instance, step, attempt }) => ({ at, what: `${step} (${instance || tier}, run ${attempt}, ${Math.round(lasted)} ms)` })),
        ...message.sightings.map(({ at, by, outcome }) => ({ at, what: `${outcome} seen by ${by}` })),
      ];
      return { key: message.key, kind: message.kind, requestId: requestIdOf(message) ?? 'none', tookMs: tookMs(message), timeline: moments.toSorted((one, other) => one.at - other.at).map(({ at, what }) => `${at - from}: ${what}`) };
    });
}
