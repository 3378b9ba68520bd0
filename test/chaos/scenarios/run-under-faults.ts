import { openLoop } from '../../load/open-loop.ts';
import { checkRun, type Judgement } from '../check/check-run.ts';
import type { RunRecord } from '../check/run-record.ts';
import { collectResults } from '../client/collect-results.ts';
import type { Door } from '../client/door.ts';
import { Ledger } from '../client/ledger.ts';
import { pause } from '../client/pause.ts';
import { writeLikeACustomer, type ConversationPlan } from '../client/write-like-a-customer.ts';
import type { FaultLog } from '../faults/fault.ts';
import type { Planned } from '../faults/plan-faults.ts';
import type { RunNote } from '../rigs/run-log.ts';
import type { Effect } from '../rigs/shop.ts';
import { none, type Figure } from './scenario.ts';

export interface LoadPlan {
  /** Conversations begun a second. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly conversation: (index: number) => ConversationPlan;
}

export interface FaultyRun {
  readonly door: Door;
  readonly load: LoadPlan;
  readonly faults: readonly Planned[];
  readonly log: FaultLog;
  readonly effects?: readonly Effect[];
  readonly isExcused?: RunRecord['isExcused'];
  /** Where no auditor can be asked. */
  readonly record?: () => Promise<RunRecord['recorded']>;
  /** Of scripted tiers. */
  readonly notes?: readonly RunNote[];
}

/** Strikes each at its time. Resolves when all have been put right. */
export async function strikeAll(faults: readonly Planned[], log: FaultLog): Promise<void> {
  await Promise.all(faults.map(async ({ afterMs, fault }) => {
    await pause(afterMs);
    await log.strike(fault);
  }));
}

/** A load of customers as an open loop, faults at their times, and what is to be said of it when everybody has an answer. */
export async function runUnderFaults({ door, load, faults, log, effects = [], isExcused, record, notes }: FaultyRun): Promise<Judgement & { readonly ledger: Ledger }> {
  const ledger = new Ledger();
  const customers = { door, ledger, onRefused: 'again' } as const;
  const striking = strikeAll(faults, log);
  await openLoop(load.perSecond, load.seconds, (index) => writeLikeACustomer(customers, load.conversation(index)));
  await striking;
  const results = await collectResults(door, ledger.messages, record);
  return { ledger, ...checkRun({ messages: ledger.messages, ...results, effects, faults: log.struck, ...(isExcused ? { isExcused } : {}), ...(notes ? { notes } : {}) }) };
}

/** What must hold whatever goes wrong. */
export function promises(judgement: Judgement): Figure[] {
  const { lost, doubled, disordered, undone, turnedAway } = judgement;
  return [none('accepted and not answered', lost), none('answered or done twice', doubled), none('out of order in a conversation', disordered), none('told to be done and not done', undone), none('never accepted, however often tried', turnedAway)];
}

/** What a run came to, for people. */
export function detailsOf({ sent, accepted, outcomes, repeated, triedAgain, unrecorded, latency, recoveries, slowest }: Judgement): Record<string, unknown> {
  return { sent, accepted, outcomes, repeated, triedAgain, unrecorded, latency, recoveries, slowest };
}
