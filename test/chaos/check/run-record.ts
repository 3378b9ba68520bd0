import type { AuditEvent } from '@switchyard/contracts';
import type { Stored } from '../client/collect-results.ts';
import type { Document } from '../client/follow-events.ts';
import { requestIdOf, type Message } from '../client/ledger.ts';
import type { Struck } from '../faults/fault.ts';
import type { RunNote } from '../rigs/run-log.ts';
import type { Effect } from '../rigs/shop.ts';

/** All that is known of a run: what clients did and saw, what the mesh says of it, and what it did to the shop. */
export interface RunRecord {
  readonly messages: readonly Message[];
  /** By request. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** By request. */
  readonly recorded: ReadonlyMap<string, readonly AuditEvent[]>;
  readonly effects: readonly Effect[];
  readonly faults: readonly Struck[];
  /** What scripted tiers told of their runs; absent of real ones. */
  readonly notes?: readonly RunNote[];
  /** Messages whose failure is what the test wants. */
  readonly isExcused?: (message: Message, steps: readonly AuditEvent[]) => boolean;
}

/** Ends that leave the answer to another message of the conversation. */
const SPOKEN_FOR: ReadonlySet<string> = new Set(['REQUEST_MERGED', 'REQUEST_SUPERSEDED']);

export function storedOf(run: RunRecord, message: Message): Stored | undefined {
  const requestId = requestIdOf(message);
  return requestId === undefined ? undefined : run.stored.get(requestId);
}

export function stepsOf(run: RunRecord, message: Message): readonly AuditEvent[] {
  return run.recorded.get(requestIdOf(message) ?? '') ?? [];
}

export const isSpokenFor = (stored: Document): boolean => stored.outcome === 'cancelled' && SPOKEN_FOR.has(stored.error?.code ?? '');

/** The accepted messages of each conversation, in the order in which they were written. */
export function conversationsOf({ messages }: RunRecord): Message[][] {
  const byName = Map.groupBy(messages.filter((message) => requestIdOf(message) !== undefined), ({ tenant, conversationId }) => `${tenant} ${conversationId}`);
  return [...byName.values()].map((messages) => messages.toSorted((one, other) => one.place - other.place));
}
