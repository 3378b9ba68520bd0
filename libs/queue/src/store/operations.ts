import type { Outcome, QueueName, UntimedEvent } from '@switchyard/contracts';
import { AUDIT_STREAM, baseOfConversation, baseOfRequest, conversationSuffix, queueBase, requestKey } from '../redis-keys.js';
import { readHeld, valuesOfHold, type Held, type Hold } from '../spending/hold.js';
import { readBegun, type Begun } from './begun.js';
import { valuesOf, type NewJob } from './new-job.js';
import type { Operation } from './operation.js';
import { readTakenJob, type TakenAnswer, type TakenJob } from './taken-job.js';

const list = (answer: unknown): unknown[] => (Array.isArray(answer) ? answer : []);
const nothing = (): void => undefined;

/** One run of a job: who completes it. */
export interface Completion {
  readonly queue: QueueName;
  readonly jobId: string;
  /** The lock that the run holds. */
  readonly token: string;
}

/** Who takes jobs: locks are named after `worker`. */
export interface TakenBy {
  readonly worker: string;
  readonly lockMs: number;
}

export interface Taken {
  readonly jobs: readonly TakenJob[];
  /** Milliseconds until a delayed job is due; undefined where none is, or it was not asked for. */
  readonly nextInMs?: number;
}

function readTaken(answer: unknown): Taken {
  const [next, ...jobs] = list(answer) as [number, ...TakenAnswer[]];
  return { jobs: jobs.map(readTakenJob), ...(next >= 0 ? { nextInMs: next } : {}) };
}

export const addJob = (job: NewJob, withRequest: boolean): Operation<void> => ({ name: 'job', slot: queueBase(job.queue), values: valuesOf(job, withRequest), read: nothing });

/** @param keepMs how long the done job is kept, so that adding it again is seen as a repeat */
export const completeJob = ({ queue, jobId, token }: Completion, keepMs: number): Operation<boolean> => ({ name: 'complete', slot: queueBase(queue), values: [queueBase(queue), jobId, token, keepMs], read: (answer) => Number(answer) >= 0 });

export type HopVerdict = 'passed' | 'lost' | 'ended' | 'overtaken';

/** Completes a job and adds the request's next one, in one step. */
export function hop(completion: Completion, next: NewJob, epoch: number): Operation<HopVerdict> {
  const { requestId = '' } = next.step ?? {};
  const values = [queueBase(completion.queue), completion.jobId, completion.token, requestKey(requestId), epoch, ...valuesOf(next, true)];
  return { name: 'hop', slot: queueBase(completion.queue), values, read: (answer) => (answer === -1 ? 'lost' : answer === 2 ? 'ended' : answer === 3 ? 'overtaken' : 'passed') };
}

/** `over_budget`: nothing was done, and the run still has its job. */
export type HeldHopVerdict = HopVerdict | 'over_budget';

/** What came of passing a request on with money held for it; `held` where it was passed on, or a cap was in the way. */
export interface HeldHop {
  readonly verdict: HeldHopVerdict;
  readonly held?: Held;
}

/** As `hop`, and in the same step the hold of the next job. */
export function hopHeld(completion: Completion, next: NewJob, epoch: number, hold: Hold): Operation<HeldHop> {
  const plain = hop(completion, next, epoch);
  return {
    ...plain,
    name: 'hophold',
    values: [...plain.values, ...valuesOfHold(hold)],
    read: (answer) => {
      const [verdict, held] = list(answer);
      return { verdict: verdict === 4 ? 'over_budget' : plain.read(verdict), ...(held === undefined ? {} : { held: readHeld(held) }) };
    },
  };
}

/** Adds a job and holds money for it, in one step; on a cluster, where its request lies elsewhere. */
export const addHeldJob = (job: NewJob, hold: Hold): Operation<Held> => ({ name: 'jobhold', slot: queueBase(job.queue), values: [...valuesOf(job, false), ...valuesOfHold(hold)], read: readHeld });
export const holdMoney = (hold: Hold): Operation<Held> => ({ name: 'hold', slot: queueBase('expert'), values: valuesOfHold(hold), read: readHeld });
/** Gives back what waits for a request; not what a call holds. @param spend the key that it is held under */
export const giveBackHold = (spend: string, requestId: string): Operation<void> => ({ name: 'unhold', slot: spend, values: [spend, requestId], read: nothing });

export function takeJobs(queue: QueueName, by: TakenBy, count: number): Operation<Taken> {
  return { name: 'take', slot: queueBase(queue), values: [queueBase(queue), by.worker, by.lockMs, count], read: readTaken };
}

export const giveBackJob = ({ queue, jobId, token }: Completion): Operation<void> => ({ name: 'giveback', slot: queueBase(queue), values: [queueBase(queue), jobId, token], read: nothing });

/** Workers are called `<instance>/<what makes them unique>`. @returns how many jobs of earlier workers of the instance were put back */
export function reclaimJobs(queue: QueueName, worker: string): Operation<number> {
  return { name: 'reclaim', slot: queueBase(queue), values: [queueBase(queue), worker.slice(0, worker.indexOf('/') + 1), worker], read: Number };
}

/** @returns how often the job was run alone, this time included */
export const countAlone = (queue: QueueName, jobId: string): Operation<number> => ({ name: 'alone', slot: queueBase(queue), values: [queueBase(queue), jobId], read: Number });

export function beginStep(requestId: string, tenant: string, conversationId: string, at: { readonly hop: number; readonly attempt: number }): Operation<Begun> {
  const base = baseOfRequest(requestId);
  return { name: 'begin', slot: base, values: [requestKey(requestId), `${base}conv:${conversationSuffix(tenant, conversationId)}`, at.hop, at.attempt], read: readBegun };
}

/** What is written of a request when it is accepted. Times are by Redis' clock. */
export interface Acceptance {
  readonly requestId: string;
  readonly replyTo: string;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly traceparent: string;
  readonly siteVersion: string;
  readonly language?: string | undefined;
  /** How long the record is kept. */
  readonly keepMs: number;
  /** How long it waits for further messages of the conversation before it is taken up. */
  readonly waitMs: number;
  readonly conversationId: string;
  /** The key under which money is held for it, so that its end gives it back. */
  readonly hold?: string | undefined;
  readonly job: NewJob;
}

/** `held`: it waits for the request `ahead`, or for further messages. `human`: a person has the conversation. `full`: too many are open in it. */
export type AcceptVerdict = { readonly kind: 'repeat' | 'queued' | 'human' | 'full' } | { readonly kind: 'held'; readonly ahead?: string; readonly isInterruptible: boolean };

export function accept(acceptance: Acceptance, isSplit: boolean): Operation<AcceptVerdict> {
  const { requestId, conversationId, job } = acceptance;
  const base = baseOfRequest(requestId);
  const values = [
    base, requestId, conversationSuffix(job.tenant, conversationId), job.tenant, conversationId, job.lane, acceptance.replyTo, acceptance.acceptedAt, acceptance.deadlineAt,
    acceptance.traceparent, acceptance.siteVersion, acceptance.language ?? '', Math.ceil(acceptance.keepMs), Buffer.byteLength(job.data), acceptance.waitMs, isSplit ? 1 : 0, acceptance.hold ?? '', ...valuesOf(job, !isSplit),
  ];
  const read = (answer: unknown): AcceptVerdict => {
    const [kind, ahead, interruptible] = list(answer) as [string, string, string];
    if (kind !== 'held') return { kind: kind as 'repeat' | 'queued' | 'human' | 'full' };
    return { kind, isInterruptible: interruptible === '1', ...(ahead ? { ahead } : {}) };
  };
  return { name: 'accept', slot: base, values, read };
}

export interface RequestEnd {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly epoch: number;
  /** Names the writer, so that one that writes twice is told the same twice. */
  readonly writer: string;
  readonly outcome: Outcome;
  /** The sealed reply, as JSON. */
  readonly reply: string;
  readonly replyTo: string;
  /** The frame for the gateway, as JSON, up to where the reply stands in it. */
  readonly frameHead: string;
  /** It says nothing, so it may end a conversation's request that a person has. */
  readonly isSilent: boolean;
  readonly commit?: { readonly expectedRevision: number; readonly box: string; readonly ttlMs: number } | undefined;
  /** The job that is done with it, completed in the same step. */
  readonly completion?: Completion | undefined;
  /** What is recorded of it, with the time at which it ended. */
  readonly event?: UntimedEvent | undefined;
  /** Jobs that are added by this end, and by no other. */
  readonly deliveries?: readonly NewJob[] | undefined;
}

export type FinishVerdict = 'ended' | 'late' | 'conflict' | 'human' | 'overtaken';
const FINISH: Readonly<Record<string, FinishVerdict>> = { '1': 'ended', '0': 'late', '-1': 'conflict', '-2': 'human', '-3': 'overtaken' };

export interface Finished {
  readonly verdict: FinishVerdict;
  /** A request of the same conversation that the caller must take up. */
  readonly next?: string;
  /** When this writer ended it, by Redis' clock: a busy process hears of it later. */
  readonly endedAt?: number;
  /** On a cluster, where money may still be held for it: the key. */
  readonly hold?: string;
}

export function finish(end: RequestEnd, windowMs: number, how: { readonly isSplit: boolean; readonly withFrame: boolean }): Operation<Finished> {
  const { requestId, tenant, conversationId, commit, completion, event, deliveries = [] } = end;
  const base = baseOfRequest(requestId);
  const inOneStep = how.isSplit ? undefined : completion;
  const values = [
    base, requestId, conversationSuffix(tenant, conversationId), end.epoch, end.writer, end.outcome, end.reply, how.withFrame ? end.replyTo : '', how.withFrame ? end.frameHead : '',
    end.isSilent ? 1 : 0, windowMs, how.isSplit ? 1 : 0, commit?.expectedRevision ?? '', commit?.box ?? '', commit?.ttlMs ?? 0, event && !how.isSplit ? `${JSON.stringify(event).slice(0, -1)},"at":` : '',
    inOneStep ? queueBase(inOneStep.queue) : '', inOneStep?.jobId ?? '', inOneStep?.token ?? '',
    // Where their queue lies elsewhere they are kept beside the request until they are in it.
    deliveries.length, ...deliveries.flatMap((job) => (how.isSplit ? [job.id, JSON.stringify(valuesOf(job, false))] : valuesOf(job, false))),
  ];
  return {
    name: 'finish',
    slot: base,
    values,
    read: (answer) => {
      const [verdict, next, endedAt, hold] = list(answer) as [number, string, string, string];
      return { verdict: FINISH[String(verdict)] ?? 'late', ...(next ? { next } : {}), ...(endedAt ? { endedAt: Number(endedAt) } : {}), ...(how.isSplit && hold ? { hold } : {}) };
    },
  };
}

/** A delivery that was left beside its request, as it goes into its queue. */
export interface LeftDelivery {
  readonly base: string;
  readonly jobId: string;
  readonly job: Operation<void>;
}

/** Deliveries that lie beside the requests of a partition. */
export const readDeliveries = (base: string, limit: number): Operation<LeftDelivery[]> => ({
  name: 'deliveries',
  slot: base,
  values: [base, limit],
  read: (answer) =>
    (list(answer) as [string, string][]).map(([jobId, values]) => ({ base, jobId, job: { name: 'job', slot: queueBase('delivery'), values: JSON.parse(values) as (string | number)[], read: nothing } })),
});

/** Takes off what is in its queue by now. */
export const forgetDeliveries = (base: string, jobIds: readonly string[]): Operation<void> => ({ name: 'delivered', slot: base, values: [base, jobIds.length, ...jobIds], read: nothing });

/** @param frames one or several, as JSON, with commas between them */
export const addFrames = (stream: string, frames: string): Operation<void> => ({ name: 'frame', slot: stream, values: [stream, frames], read: nothing });
/** @param events one or several, as JSON, with commas between them */
export const addEvents = (events: string): Operation<void> => ({ name: 'events', slot: AUDIT_STREAM, values: [events], read: nothing });

export type Wanted = 'open' | 'gone' | 'human' | 'overtaken' | Outcome;

/**
 * Whether anybody still waits for a run's answer. `said`: what the customer said, sealed, where a newer message may end the run.
 * `hold`: the key under which money is about to be held for it, so that its end gives it back.
 */
export function markRun(run: { readonly requestId: string; readonly tenant: string; readonly conversationId: string; readonly epoch: number }, said: string, hold = ''): Operation<Wanted> {
  const base = baseOfRequest(run.requestId);
  return { name: 'mark', slot: base, values: [base, run.requestId, conversationSuffix(run.tenant, run.conversationId), run.epoch, said, hold], read: (answer) => String(answer) as Wanted };
}

/** One request of a conversation that has not ended. */
export interface LaneEntry {
  readonly requestId: string;
  /** '': in work. '1': waits. 'merged': another one speaks for it. */
  readonly held: '' | '1' | 'merged';
  readonly acceptedAt: number;
  /** The envelope of one that waits, as JSON. */
  readonly job?: string;
  readonly into?: string;
}

export const readLane = (tenant: string, conversationId: string): Operation<LaneEntry[]> => ({
  name: 'lane',
  slot: baseOfConversation(tenant, conversationId),
  values: [baseOfConversation(tenant, conversationId), conversationSuffix(tenant, conversationId)],
  read: (answer) => (list(answer) as string[][]).map(([requestId = '', held = '', at, job, into]) => ({ requestId, held: held as LaneEntry['held'], acceptedAt: Number(at), ...(job ? { job } : {}), ...(into ? { into } : {}) })),
});

export const carry = (tenant: string, conversationId: string, requestId: string, data: string, absorbed: readonly string[]): Operation<boolean> => ({
  name: 'carry',
  slot: baseOfRequest(requestId),
  values: [baseOfRequest(requestId), requestId, conversationSuffix(tenant, conversationId), data, absorbed.length, ...absorbed],
  read: (answer) => answer === 1,
});

/** Takes up a request that waited: its job is added, but on a cluster, where the caller has added it before. */
export const release = (tenant: string, conversationId: string, requestId: string, isSplit: boolean): Operation<boolean> => ({
  name: 'release',
  slot: baseOfRequest(requestId),
  values: [baseOfRequest(requestId), requestId, conversationSuffix(tenant, conversationId), isSplit ? 1 : 0],
  read: (answer) => answer === 1,
});

/** @returns ids of the conversation's open requests */
export const setHuman = (tenant: string, conversationId: string, isOn: boolean, ttlMs: number): Operation<string[]> => ({
  name: 'human',
  slot: baseOfConversation(tenant, conversationId),
  values: [baseOfConversation(tenant, conversationId), conversationSuffix(tenant, conversationId), isOn ? 1 : 0, ttlMs],
  read: (answer) => list(answer) as string[],
});

export type Claim = { readonly kind: 'new' } | { readonly kind: 'mismatch' } | { readonly kind: 'repeat'; readonly requestId: string; readonly conversationId: string; readonly claimedAt: number };

export const claim = (key: string, request: { readonly requestId: string; readonly conversationId: string; readonly at: number }, ttlMs: number, fingerprints: readonly string[]): Operation<Claim> => ({
  name: 'claim',
  slot: key,
  values: [key, request.requestId, request.conversationId, request.at, ttlMs, fingerprints.length, ...fingerprints],
  read: (answer) => {
    const [kind, requestId = '', conversationId = '', at] = list(answer) as string[];
    return kind === 'repeat' ? { kind, requestId, conversationId, claimedAt: Number(at) } : kind === 'mismatch' ? { kind } : { kind: 'new' };
  },
});

export const sweep = (bases: readonly string[], graceMs: number, limit: number): Operation<{ readonly overdue: string[]; readonly due: string[] }> => ({
  name: 'sweep',
  slot: bases[0] ?? '',
  values: [bases.length, graceMs, limit, ...bases],
  read: (answer) => {
    const [overdue, due] = list(answer) as [string[], string[]];
    return { overdue, due };
  },
});

export const forget = (requestId: string, isPending: boolean): Operation<void> => ({ name: 'forget', slot: baseOfRequest(requestId), values: [baseOfRequest(requestId), requestId, isPending ? 1 : 0], read: nothing });

/** Bytes of the open requests, by tenant. */
export const usage = (bases: readonly string[]): Operation<Map<string, number>> => ({
  name: 'usage',
  slot: bases[0] ?? '',
  values: [bases.length, ...bases],
  read: (answer) => {
    const flat = list(answer);
    return new Map(Array.from({ length: flat.length / 2 }, (_, at): [string, number] => [String(flat[2 * at]), Number(flat[2 * at + 1])]));
  },
});
