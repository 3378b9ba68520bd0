import { BaseRpcContext } from '@nestjs/microservices';
import {
  MAX_HOPS, mergeTrail,
  type ConversationState, type Decision, type FreeJob, type HandOver, type HeldOnward, type HoldEstimate, type HoldVerdict, type JobContext, type JobContract, type JobInput, type ModelUse, type Onward, type PaidJob, type ReplyDraft, type ReplyLanguage, type Sealed, type Tier, type Trail, type Turn, type UntimedEvent,
} from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import type { RedisClock } from '../connect/redis-clock.js';
import type { ConversationCommit, ConversationSnapshot, ConversationStore } from '../conversation/conversation-store.js';
import { intentsOf } from '../conversation/remember.js';
import { failpoint } from '../failpoint.js';
import { droppedHops, outcomes } from '../measure/job-metrics.js';
import type { Deliveries } from '../people/deliveries.js';
import { noteHandOver } from '../people/note-hand-over.js';
import type { AuditLog } from '../reply/audit-log.js';
import { buildReply, withTimings } from '../reply/build-reply.js';
import { errorFields } from '../reply/error-frame.js';
import { finishRequest } from '../reply/finish-request.js';
import type { Outbox } from '../reply/outbox.js';
import { withCloudCalls, type CloudCalls } from '../request/cloud-calls.js';
import { HUMAN_RULE, type Endings } from '../request/endings.js';
import type { Sealer } from '../seal/sealer.js';
import { factsOfHold, holdFor, verdictOf } from '../spending/hold.js';
import type { SpendingCaps } from '../spending/spending.js';
import type { Begun } from '../store/begun.js';
import type { MeshStore } from '../store/mesh-store.js';
import { newJob, type NewJob } from '../store/new-job.js';
import type { Completion } from '../store/operations.js';
import { buildEnvelope } from './build-envelope.js';
import { epochOf } from './epoch.js';
import { spokenIn } from './spoken-in.js';

/** What all jobs of a process share. The store writes over a patient connection: a job in work waits for Redis to come back. */
export interface JobSurroundings {
  readonly tier: Tier;
  readonly instance: string;
  readonly store: MeshStore;
  readonly clock: RedisClock;
  readonly sealer: Sealer;
  readonly outbox: Outbox;
  readonly conversations: ConversationStore;
  readonly endings: Endings;
  readonly cloudCalls: CloudCalls;
  /** For what is recorded of a request without a job that can be read. */
  readonly audit: AuditLog;
  /** The language that the site's texts are given in where none is known. */
  readonly defaultLanguage: ReplyLanguage;
  readonly deliveries: Deliveries;
  /** Keywords of a message, for a person who takes over; none of them personal data. */
  readonly keywordsOf: (text: string) => readonly string[];
  /** Whether a newer message of a conversation may end a generation that is under way. */
  readonly maySupersede: boolean;
  weightOf(tenant: string): number;
  /** What a tenant, and one of its conversations, may spend. */
  capsOf(tenant: string): SpendingCaps;
}

/** One run of one job: `attemptsStarted` of BullMQ counts retries and takeovers alike. */
export interface JobRun {
  readonly completion: Completion;
  readonly attempt: number;
  /** By Redis' clock. */
  readonly enqueuedAt: number;
  readonly startedAt: number;
  /** What was found when the step began; absent for a `call`. */
  readonly begun?: Begun | undefined;
}

/** The job in a handler's hands. As Nest's RPC context it is what interceptors and guards are given, too. */
export class RunningJob extends BaseRpcContext<[JobInput<JobContract>]> implements JobContext {
  readonly attempt: number;
  readonly epoch: number;
  /** Its handler was called. */
  isInvoked = false;
  /** What became of the request in this run. */
  ended: 'no' | 'forwarded' | 'replied' = 'no';
  /** The request's next job, which is added in the step that completes this one. */
  next: NewJob | undefined;
  /** The end of the request, or passing it on with money held for it, completed the job in the same step. */
  isComplete = false;
  private readonly aborting = new AbortController();
  private deadline: NodeJS.Timeout | undefined;
  private seq = 0;
  private steps = 0;
  private snapshot: ConversationSnapshot | undefined;
  private isLost = false;
  /** Cloud calls of the request, where its end has to tell of them. */
  private calls: readonly ModelUse[] = [];

  constructor(
    private readonly around: JobSurroundings,
    readonly run: JobRun,
    readonly input: JobInput<JobContract>,
  ) {
    super([input]);
    this.attempt = run.attempt;
    this.epoch = epochOf(input.envelope.hop, run.attempt);
  }

  get signal(): AbortSignal {
    // From the first look on; most jobs are done before anybody looks.
    this.deadline ??= setTimeout(() => this.abort(new MeshError('DEADLINE_PASSED', 'passed while the job was in work')), Math.max(0, this.timeLeftMs()));
    return this.aborting.signal;
  }

  now(): number {
    return this.around.clock.now();
  }

  timeLeftMs(): number {
    return this.input.envelope.deadlineAt - this.now();
  }

  async conversation(): Promise<ConversationState> {
    return this.loadConversation().state;
  }

  async beforeModelCall(): Promise<void> {
    this.signal.throwIfAborted();
    const { requestId, tenant, conversationId } = this.input.envelope;
    if (this.timeLeftMs() <= 0) throw new MeshError('DEADLINE_PASSED', 'before the model was asked');
    const text = this.around.maySupersede ? this.saidText() : undefined;
    const wanted = await this.around.store.mark({ requestId, tenant, conversationId, epoch: this.epoch }, text === undefined ? '' : JSON.stringify(this.around.sealer.seal(text, requestId)));
    failpoint('model.before');
    if (wanted === 'open') return;
    const error = wanted === 'human' ? new MeshError('PERSON_TOOK_OVER', 'before the model was asked') : new MeshError('REQUEST_CANCELLED', `before the model was asked: ${wanted}`);
    this.abort(error);
    throw error;
  }

  async forward<J extends FreeJob>(contract: J, onward: Onward<J>): Promise<void> {
    this.next = this.nextJob(contract, onward);
    this.ended = 'forwarded';
  }

  async forwardHeld<J extends PaidJob>(contract: J, onward: HeldOnward<J>): Promise<HoldVerdict> {
    const { envelope } = this.input;
    const { store } = this.around;
    const caps = this.around.capsOf(envelope.tenant);
    const next = this.nextJob(contract, onward, onward.hold);
    const hold = holdFor(envelope, onward.hold, caps, this.now());
    failpoint('hop.before');
    const { verdict, held } = await store.hopHeld(this.run.completion, next, this.epoch, hold);
    failpoint('hop.after');
    if (held) this.record('budget_reserved', factsOfHold(held, caps));
    if (held && verdict === 'over_budget') return verdictOf(held, caps);
    this.ended = 'forwarded';
    if (verdict === 'lost') this.lose();
    else this.isComplete = true;
    if (verdict === 'ended' || verdict === 'overtaken') this.dropped(verdict, next);
    return { granted: true, leftUsd: held ? verdictOf(held, caps).leftUsd : 0 };
  }

  /** Notes that the next job was not wanted any more. */
  dropped(reason: 'ended' | 'overtaken', next: NewJob): void {
    droppedHops.inc({ reason });
    this.record('dropped', { reason, to: next.queue });
  }

  private nextJob<J extends JobContract>(contract: J, onward: Onward<J>, hold?: HoldEstimate): NewJob {
    this.throwIfUnwanted();
    const { envelope } = this.input;
    // The types say so, too; nothing gets into the queue of the expert for which nothing is held.
    if (contract.spends && !hold) throw new MeshError('INTERNAL', `${contract.kind} spends, and nothing is held for it`);
    const hop = envelope.hop + 1;
    if (hop >= MAX_HOPS) throw new MeshError('HOPS_EXHAUSTED', `${hop} tiers have had the request`);
    // The rest of the envelope goes on as it came, with what a newer release may have put into it.
    const { v: _v, kind: _kind, body: _body, sealed: _sealed, hold: _hold, ...head } = envelope;
    const traceparent = childTraceparent(envelope.traceparent);
    const next = buildEnvelope(contract, { ...head, hop, traceparent, trail: this.trailWith(onward.trail), ...(hold ? { hold } : {}) }, onward, this.around.sealer);
    return newJob(contract, next, { now: this.now(), weight: this.around.weightOf(envelope.tenant) });
  }

  async reply(draft: ReplyDraft): Promise<boolean> {
    this.throwIfUnwanted();
    return this.endSaid(this.noted(draft));
  }

  /**
   * Ends the request without an answer. Nothing is added to the conversation, unless a person takes over: they are to read
   * what was asked for. `keepJob`: it goes to the dead letters.
   */
  async endWithout(draft: ReplyDraft, { keepJob = false } = {}): Promise<boolean> {
    await this.accountForCalls();
    if (draft.outcome !== 'handed_over') return this.end(draft, undefined, keepJob);
    const noted = this.noted(draft);
    try {
      return await this.endSaid(noted, keepJob);
    } catch (error) {
      // Another request of the conversation ended in between: the end counts for more than the note.
      if (MeshError.is(error) && error.code === 'CONVERSATION_CONFLICT') return this.end(noted, undefined, keepJob);
      throw error;
    }
  }

  /** As `endWithout`, but what the customer said stays in the conversation. */
  async endHeard(draft: ReplyDraft): Promise<boolean> {
    await this.accountForCalls();
    return this.end(draft, this.commit());
  }

  /** Ends the request without a word, because a person has the conversation. */
  leaveToPerson(): Promise<boolean> {
    return this.endHeard({ outcome: 'handed_over', tier: 'none', text: '', trail: { rules: [HUMAN_RULE] } });
  }

  decided(decision: Decision): void {
    if (!this.aborting.signal.aborted) this.frame({ kind: 'decided', decision });
  }

  delta(text: string): void {
    if (text !== '' && !this.aborting.signal.aborted) this.frame({ kind: 'delta', sealed: this.around.sealer.seal(text, this.input.envelope.requestId) });
  }

  record(step: string, facts: Record<string, unknown>, tookMs?: number): void {
    this.around.outbox.event({ ...this.untimed(step, facts, tookMs), at: this.now() });
  }

  private untimed(step: string, facts: Record<string, unknown>, tookMs?: number): UntimedEvent {
    const { requestId, tenant, conversationId, hop, siteVersion } = this.input.envelope;
    const { tier, instance } = this.around;
    const id = `${requestId}.${tier}.${hop}.${this.attempt}.${(this.steps += 1)}`;
    return { id, requestId, tenant, conversationId, tier, instance, step, ...(tookMs === undefined ? {} : { tookMs }), attempt: this.attempt, siteVersion, facts };
  }

  /** The return value of a `call`, or its error, on its way back. */
  result(frame: { readonly kind: 'result'; readonly value: unknown } | { readonly kind: 'error'; readonly error: MeshError }): void {
    const { requestId } = this.input.envelope;
    if (frame.kind === 'result') this.frame({ kind: 'result', sealed: this.around.sealer.seal(frame.value ?? null, requestId) });
    else this.frame({ kind: 'error', ...errorFields(frame.error) });
    this.ended = 'replied';
  }

  /** Aborts the handler's signal; the first reason counts. */
  abort(reason: unknown): void {
    if (!this.aborting.signal.aborted) this.aborting.abort(reason);
  }

  /** Another worker has the job now: this run must not write any more pieces, nor end the request as failed. */
  lose(): void {
    this.isLost = true;
    this.abort(new DOMException('the job was taken over by another worker', 'AbortError'));
  }

  get lost(): boolean {
    return this.isLost;
  }

  /** Frees the timer; the last thing that happens to a run. */
  release(): void {
    clearTimeout(this.deadline);
  }

  /** Ends the request, and adds what was said on both sides to the conversation. */
  private endSaid(draft: ReplyDraft, keepJob = false): Promise<boolean> {
    return this.end(draft, this.commit(draft), keepJob);
  }

  /** What the end leaves in the conversation: what the customer said, and the draft where there is one. */
  private commit(draft?: ReplyDraft): ConversationCommit {
    const intents = intentsOf(mergeTrail(this.input.envelope.trail, draft?.trail));
    return this.around.conversations.commitOf(this.loadConversation(), this.saidText(), draft, { intents, keywordsOf: this.around.keywordsOf });
  }

  /** The handler does not end the request itself: what it, or a run before it, has sent to a cloud stands in no draft. */
  private async accountForCalls(): Promise<void> {
    this.calls = await this.around.cloudCalls.read(this.input.envelope.requestId);
  }

  /** The draft, and with it, where a person takes over, what they should know. */
  private noted(draft: ReplyDraft): ReplyDraft {
    if (draft.outcome !== 'handed_over') return draft;
    const trail = mergeTrail(this.input.envelope.trail, draft.trail);
    const handOver = noteHandOver({ draft, trail, state: this.loadConversation().state, said: this.saidText(), keywordsOf: this.around.keywordsOf });
    return { ...draft, conversation: { ...draft.conversation, handOver } };
  }

  private deliveriesOf(draft: ReplyDraft, language: ReplyLanguage): NewJob[] {
    const { envelope } = this.input;
    const { deliveries } = this.around;
    if (!deliveries.isFor(envelope.tenant)) return [];
    const said = this.saidText();
    const turns: Turn[] = [...this.loadConversation().state.turns, ...(said === undefined ? [] : [{ role: 'customer' as const, text: said }]), { role: 'mesh', text: draft.text }];
    const handOver = draft.outcome === 'handed_over' ? (draft.conversation?.handOver as HandOver | undefined) : undefined;
    return deliveries.of({ ...envelope, outcome: draft.outcome, text: draft.text, language, at: this.now(), handOver, turns });
  }

  private async end(draft: ReplyDraft, conversation?: ConversationCommit, keepJob = false): Promise<boolean> {
    const { envelope } = this.input;
    const { store, sealer, endings } = this.around;
    const { requestId, tenant, conversationId, replyTo } = envelope;
    const reply = buildReply({ ...envelope, trail: withCloudCalls(this.trailWith(draft.trail), this.calls) }, draft, this.now());
    failpoint('reply.before');
    const { outcome, tier, rule, timings } = reply.receipt;
    const event = this.untimed('outcome', { outcome, answeredBy: tier, rule, ...(reply.error ? { code: reply.error.code } : {}) }, timings['total']);
    const deliveries = this.deliveriesOf(draft, draft.conversation?.language ?? this.replyLanguage());
    const { verdict, next } = await finishRequest(store, sealer, {
      event, deliveries, requestId, tenant, conversationId, replyTo, epoch: this.epoch, seq: (this.seq += 1), reply, isSilent: draft.text === '', conversation, ...(keepJob ? {} : { completion: this.run.completion }),
    });
    failpoint('reply.after');
    // Looked at once more as the words are about to go out: whoever took over meanwhile is not to be talked over.
    if (verdict === 'human') {
      await this.leaveToPerson();
      return false;
    }
    this.ended = 'replied';
    this.isComplete = verdict !== 'overtaken' && !keepJob;
    if (next !== undefined) endings.takeUp(tenant, conversationId);
    if (verdict !== 'ended') {
      this.record('dropped', { reason: verdict, outcome: draft.outcome });
      return false;
    }
    outcomes.inc({ outcome, answered_by: tier });
    return true;
  }

  /** A handler that does not look at its signal says nothing any more all the same. */
  private throwIfUnwanted(): void {
    const reason: unknown = this.aborting.signal.reason;
    if (MeshError.is(reason)) throw reason;
  }

  private saidText(): string | undefined {
    const { text } = this.input.private as { text?: unknown };
    return typeof text === 'string' ? text : undefined;
  }

  /** The language that the mesh itself answers in. */
  replyLanguage(): ReplyLanguage {
    return spokenIn(this.input.envelope) ?? this.around.defaultLanguage;
  }

  private loadConversation(): ConversationSnapshot {
    const { tenant, conversationId, requestId } = this.input.envelope;
    this.snapshot ??= this.around.conversations.snapshot(tenant, conversationId, requestId, this.run.begun?.conversation);
    return this.snapshot;
  }

  private trailWith(learned: Partial<Trail> | undefined): Trail {
    const { enqueuedAt, startedAt } = this.run;
    return withTimings(mergeTrail(this.input.envelope.trail, learned), this.around.tier, startedAt - enqueuedAt, this.now() - startedAt);
  }

  private frame(part: FramePart): void {
    if (this.isLost) return;
    const { requestId, replyTo } = this.input.envelope;
    this.around.outbox.frame(replyTo, { ...part, requestId, epoch: this.epoch, seq: (this.seq += 1) });
  }
}

type FramePart =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'delta' | 'result'; readonly sealed: Sealed }
  | ({ readonly kind: 'error' } & ReturnType<typeof errorFields>);
