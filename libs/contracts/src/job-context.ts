import type { z } from 'zod';
import type { ConversationState, FlowState, HandOver } from './conversation.js';
import type { FreeJob, JobContract, PaidJob } from './define-job.js';
import type { HoldEstimate, Trail } from './envelope.js';
import type { AnswerTier, Citation, Outcome } from './receipt.js';
import type { ReplyLanguage } from './language.js';
import type { Decision } from './reply.js';

/** What a tier writes as the end of a request; the transport adds what the envelope knows. */
export interface ReplyDraft {
  readonly outcome: Outcome;
  readonly tier: AnswerTier;
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly error?: { readonly code: string; readonly title: string; readonly laterRequestId?: string };
  /** What was learned in this tier, merged into the envelope's trail. */
  readonly trail?: Partial<Trail>;
  /**
   * What changes in the conversation's state; `flow: null` closes the open flow. The customer's message and this reply are
   * added to its turns by the transport. Where a person takes over, it also notes what is known for them: `handOver` is what
   * the tier knows better.
   */
  readonly conversation?: { readonly language?: ReplyLanguage; readonly flow?: FlowState | null; readonly handOver?: Partial<HandOver> };
}

/** A job to pass the request on with. */
export interface Onward<J extends JobContract> {
  readonly body: z.input<J['body']>;
  readonly private: z.input<J['private']>;
  readonly trail?: Partial<Trail>;
}

/** A job that spends, and what is to be held for it. */
export interface HeldOnward<J extends PaidJob> extends Onward<J> {
  readonly hold: HoldEstimate;
}

/** What came of holding money, in USD. */
export interface HoldVerdict {
  readonly granted: boolean;
  /** Whose cap was in the way where it was not granted. */
  readonly exceeded?: 'day' | 'conversation';
  /** What may still be spent, of the tenant or of the conversation, whichever is less; a hold that was granted is taken off. */
  readonly leftUsd: number;
}

/**
 * What a handler can do with the job in its hands. Implemented by libs/queue; an interface here, so that
 * judgement can be tested without Redis.
 */
export interface JobContext {
  /** 1 for the first run, more when the job was taken over or retried. */
  readonly attempt: number;
  /** Aborted when the request is cancelled, its deadline passes, or this worker loses the job. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, Redis' clock. */
  now(): number;
  timeLeftMs(): number;
  /** The conversation as it was before this request, also when an earlier run of the job has changed it. */
  conversation(): Promise<ConversationState>;
  /**
   * Awaited before every call of a model: what nobody waits for must not cost one. From then on a newer message of the
   * conversation may end this run, where the site allows that.
   * @throws MeshError DEADLINE_PASSED, REQUEST_CANCELLED or PERSON_TOOK_OVER
   */
  beforeModelCall(): Promise<void>;
  /** Passes the request on as a new job of the next tier, once the handler has returned. */
  forward<J extends FreeJob>(contract: J, onward: Onward<J>): Promise<void>;
  /**
   * Passes the request on as a job that spends money: at once, in the step that holds the money for it. Where the caps of its tenant
   * or conversation are in the way nothing is passed on and nothing is held, and the handler goes on with the request.
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  forwardHeld<J extends PaidJob>(contract: J, onward: HeldOnward<J>): Promise<HoldVerdict>;
  /** Ends the request. `false`: another writer was first and this reply was dropped. */
  reply(draft: ReplyDraft): Promise<boolean>;
  /** Tells the client which route was picked. */
  decided(decision: Decision): void;
  /** A piece of the answer, in order; batched on its way. */
  delta(text: string): void;
  /** Records a step; `facts` must hold no words of the customer. */
  record(step: string, facts: Record<string, unknown>, tookMs?: number): void;
}

/** Adds what a tier learned: lists are appended, counts and times are merged, single values replaced. */
export function mergeTrail(trail: Trail, learned: Partial<Trail> = {}): Trail {
  return {
    ...trail,
    ...learned,
    rules: [...trail.rules, ...(learned.rules ?? [])],
    models: [...trail.models, ...(learned.models ?? [])],
    redactions: { ...trail.redactions, ...learned.redactions },
    timings: { ...trail.timings, ...learned.timings },
    leftSite: trail.leftSite || (learned.leftSite ?? false),
  };
}
