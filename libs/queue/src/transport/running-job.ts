import { BaseRpcContext } from '@nestjs/microservices';
import type { Redis } from 'ioredis';
import {
  MAX_HOPS, mergeTrail,
  type ConversationState, type Decision, type JobContext, type JobContract, type JobInput, type Onward, type ReplyDraft, type Sealed, type Tier, type Trail,
} from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import type { RedisClock } from '../connect/redis-clock.js';
import type { ConversationSnapshot, ConversationStore } from '../conversation/conversation-store.js';
import type { AuditLog } from '../reply/audit-log.js';
import { buildReply, withTimings } from '../reply/build-reply.js';
import { errorFields } from '../reply/error-frame.js';
import { finishRequest } from '../reply/finish-request.js';
import type { Outbox } from '../reply/outbox.js';
import { outcomes } from '../measure/job-metrics.js';
import type { Sealer } from '../seal/sealer.js';
import { buildEnvelope } from './build-envelope.js';
import { epochOf } from './epoch.js';
import type { JobQueues } from './job-queues.js';

/** What all jobs of a process share. */
export interface JobSurroundings {
  readonly tier: Tier;
  readonly instance: string;
  /** A patient connection: a job in work waits for Redis to come back. */
  readonly redis: Redis;
  readonly clock: RedisClock;
  readonly sealer: Sealer;
  readonly queues: JobQueues;
  readonly outbox: Outbox;
  readonly conversations: ConversationStore;
  /** For what is recorded of a request without a job that can be read. */
  readonly audit: AuditLog;
}

/** One run of one job: `attemptsStarted` of BullMQ counts retries and takeovers alike. */
export interface JobRun {
  readonly id: string;
  readonly attempt: number;
  /** By Redis' clock. */
  readonly enqueuedAt: number;
  readonly startedAt: number;
}

/** The job in a handler's hands. As Nest's RPC context it is what interceptors and guards are given, too. */
export class RunningJob extends BaseRpcContext<[JobInput<JobContract>]> implements JobContext {
  readonly attempt: number;
  /** What became of the request in this run. */
  ended: 'no' | 'forwarded' | 'replied' = 'no';
  private readonly aborting = new AbortController();
  private readonly deadline: NodeJS.Timeout;
  private readonly epoch: number;
  private seq = 0;
  private steps = 0;
  private snapshot: Promise<ConversationSnapshot> | undefined;
  private isLost = false;

  constructor(
    private readonly around: JobSurroundings,
    readonly run: JobRun,
    readonly input: JobInput<JobContract>,
  ) {
    super([input]);
    this.attempt = run.attempt;
    this.epoch = epochOf(input.envelope.hop, run.attempt);
    this.deadline = setTimeout(() => this.abort(new MeshError('DEADLINE_PASSED', 'passed while the job was in work')), Math.max(0, this.timeLeftMs()));
  }

  get signal(): AbortSignal {
    return this.aborting.signal;
  }

  now(): number {
    return this.around.clock.now();
  }

  timeLeftMs(): number {
    return this.input.envelope.deadlineAt - this.now();
  }

  async conversation(): Promise<ConversationState> {
    return (await this.loadConversation()).state;
  }

  async forward<J extends JobContract>(contract: J, onward: Onward<J>): Promise<void> {
    const { envelope } = this.input;
    const hop = envelope.hop + 1;
    if (hop >= MAX_HOPS) throw new MeshError('HOPS_EXHAUSTED', `${hop} tiers have had the request`);
    // The rest of the envelope goes on as it came, with what a newer release may have put into it.
    const { v: _v, kind: _kind, body: _body, sealed: _sealed, ...head } = envelope;
    const traceparent = childTraceparent(envelope.traceparent);
    const next = buildEnvelope(contract, { ...head, hop, traceparent, trail: this.trailWith(onward.trail) }, onward, this.around.sealer);
    await this.around.queues.add(contract, next);
    this.ended = 'forwarded';
  }

  async reply(draft: ReplyDraft): Promise<boolean> {
    const { text } = this.input.private as { text?: unknown };
    const snapshot = await this.loadConversation();
    const commit = this.around.conversations.commitOf(snapshot, this.input.envelope.requestId, typeof text === 'string' ? text : undefined, draft);
    return this.end(draft, commit);
  }

  /** Ends the request without an answer: nothing is added to the conversation. */
  endWithout(draft: ReplyDraft): Promise<boolean> {
    return this.end(draft);
  }

  decided(decision: Decision): void {
    this.frame({ kind: 'decided', decision });
  }

  delta(text: string): void {
    if (text !== '') this.frame({ kind: 'delta', sealed: this.around.sealer.seal(text, this.input.envelope.requestId) });
  }

  record(step: string, facts: Record<string, unknown>, tookMs?: number): void {
    const { requestId, tenant, conversationId, hop, siteVersion } = this.input.envelope;
    const { tier, instance, outbox } = this.around;
    const id = `${requestId}.${tier}.${hop}.${this.attempt}.${(this.steps += 1)}`;
    outbox.event({ id, requestId, tenant, conversationId, tier, instance, step, at: this.now(), ...(tookMs === undefined ? {} : { tookMs }), attempt: this.attempt, siteVersion, facts });
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

  private async end(draft: ReplyDraft, commit?: Parameters<typeof finishRequest>[2]['conversation']): Promise<boolean> {
    const { envelope } = this.input;
    const { redis, sealer, outbox } = this.around;
    const reply = buildReply({ ...envelope, trail: this.trailWith(draft.trail) }, draft, this.now());
    // Sent before the end on the same connection, so it arrives before the end; no need to wait for it.
    void outbox.flush();
    const isFirst = await finishRequest(redis, sealer, { requestId: envelope.requestId, replyTo: envelope.replyTo, epoch: this.epoch, seq: (this.seq += 1), reply, ...(commit ? { conversation: commit } : {}) });
    this.ended = 'replied';
    if (isFirst) {
      const { outcome, tier, rule, timings } = reply.receipt;
      outcomes.inc({ outcome, answered_by: tier });
      this.record('outcome', { outcome, answeredBy: tier, rule, ...(reply.error ? { code: reply.error.code } : {}) }, timings['total']);
    }
    return isFirst;
  }

  private loadConversation(): Promise<ConversationSnapshot> {
    const { tenant, conversationId, requestId } = this.input.envelope;
    this.snapshot ??= this.around.conversations.load(tenant, conversationId, requestId);
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
