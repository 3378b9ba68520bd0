import { endedAt, requestIdOf, sentAt, type Message } from '../client/ledger.ts';
import type { Struck } from '../faults/fault.ts';

export interface Recovery {
  readonly fault: string;
  readonly at: number;
  /** How long the slowest message that met the fault had to wait for its end, from when the fault was over or it was sent. */
  readonly slowestMs: number;
  readonly slowest: string;
}

/** How long after the last fault messages are still taken to have met it. */
const AFTERMATH_MS = 15_000;

/**
 * The slowest message of those that were open when a fault struck, or were sent between it and the next one. All of a
 * message's time counts, also that which it would have taken anyway.
 */
export function measureRecovery(messages: readonly Message[], faults: readonly Struck[]): Recovery[] {
  const inOrder = faults.toSorted((one, other) => one.at - other.at);
  return inOrder.map(({ name, at, until }, index) => {
    const next = inOrder[index + 1]?.at ?? until + AFTERMATH_MS;
    let [slowestMs, slowest] = [0, 'none'];
    for (const message of messages) {
      const ended = endedAt(message);
      if (ended === undefined || ended <= until || sentAt(message) >= next) continue;
      const tookMs = ended - Math.max(until, sentAt(message));
      if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, requestIdOf(message) ?? message.key];
    }
    return { fault: name, at, slowestMs, slowest };
  });
}
