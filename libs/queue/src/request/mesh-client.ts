import { DispatchJob, emptyTrail, type Envelope, type JobContract, type Lane, type RequestState } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import { v7 as newId } from 'uuid';
import type { z } from 'zod';
import type { MeshSite } from '../boot/mesh-site.js';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { failpoint } from '../failpoint.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { baseOfConversation, baseOfRequest, CANCEL_CHANNEL } from '../redis-keys.js';
import type { AuditLog } from '../reply/audit-log.js';
import type { ReplyReader } from '../reply/reply-reader.js';
import type { Sealer } from '../seal/sealer.js';
import type { MeshStore } from '../store/mesh-store.js';
import { newJob } from '../store/new-job.js';
import { buildEnvelope, type EnvelopeHead } from '../transport/build-envelope.js';
import { cancelNote } from './cancel-note.js';
import { weightIn, type Endings } from './endings.js';
import { readRequest, type RequestRecord } from './request-record.js';
import type { RequestStore } from './request-store.js';

export interface CallRequest<J extends JobContract> {
  readonly tenant: string;
  readonly body: z.input<J['body']>;
  readonly private: z.input<J['private']>;
  readonly timeoutMs: number;
  /** The site's own where absent. */
  readonly siteVersion?: string;
  readonly lane?: Lane;
  readonly traceparent?: string | undefined;
  /** Aborting ends the wait and the handler's work. */
  readonly signal?: AbortSignal;
}

export interface Submission {
  /** Chosen by the caller, so that it can subscribe to the replies first; `newRequestId(tenant, conversationId)` makes one. */
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly lane: Lane;
  readonly deadlineMs: number;
  readonly body: z.input<(typeof DispatchJob)['body']>;
  readonly private: z.input<(typeof DispatchJob)['private']>;
  readonly siteVersion?: string;
  /** The client's trace context; the mesh goes on with it, or begins one. */
  readonly traceparent?: string | undefined;
  /** The language to answer in when the mesh itself must (expired, cancelled). */
  readonly language?: string | undefined;
}

export interface Submitted {
  readonly requestId: string;
  /** Whether it is new: `false` where a request of this id was accepted before. */
  readonly created: boolean;
  readonly state: RequestState;
  readonly conversationId: string;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly replyTo: string;
  readonly traceparent: string;
}

/** What the parts of a `Mesh` share with its client. */
export interface ClientSurroundings {
  readonly redis: RedisConnection;
  readonly streams: RedisConnection;
  readonly store: MeshStore;
  readonly replies: ReplyReader;
  readonly sealer: Sealer;
  readonly clock: RedisClock;
  readonly audit: AuditLog;
  readonly site: MeshSite;
  readonly requests: RequestStore;
  readonly endings: Endings;
}

/** A conversation takes no more messages before some of those it has are answered. */
export const conversationFull = (): MeshError => new MeshError('TENANT_BACKLOG_FULL', 'the conversation has 100 messages open', { field: 'conversationId', retryAfterMs: 5_000 });

/** The asking end of the mesh: `submit` puts a customer's message in, `call` asks a tier and waits. */
export class MeshClient {
  constructor(private readonly around: ClientSurroundings) {}

  /**
   * Accepts a request and enqueues its first job; durable when the promise resolves. Repeating it with the same request
   * id gives the request that is there.
   *
   * A message waits while another of its conversation is in work. Where that one is being generated and the site says so,
   * it is ended instead. Where a person has the conversation, the request ends at once and in silence.
   * @throws MeshError JOB_INVALID, JOB_TOO_LARGE, TENANT_BACKLOG_FULL where its conversation has too many open, or QUEUE_UNAVAILABLE, at once, when Redis is away.
   */
  async submit(submission: Submission): Promise<Submitted> {
    const { store, replies, sealer, clock, audit, site, requests, endings } = this.around;
    const { requestId, tenant, conversationId, lane, deadlineMs } = submission;
    if (baseOfRequest(requestId) !== baseOfConversation(tenant, conversationId)) throw new MeshError('JOB_INVALID', 'the request id is not one of its conversation', { field: 'requestId' });
    await replies.start();
    const acceptedAt = clock.now();
    const head: EnvelopeHead = {
      requestId, tenant, conversationId, lane, acceptedAt, deadlineAt: acceptedAt + deadlineMs, replyTo: replies.stream, traceparent: childTraceparent(submission.traceparent),
      siteVersion: submission.siteVersion ?? site.version, hop: 0, trail: emptyTrail(), ...(submission.language === undefined ? {} : { language: submission.language }),
    };
    const envelope = buildEnvelope(DispatchJob, head, submission, sealer);
    const { deadlineAt, replyTo, siteVersion, traceparent = '' } = envelope;
    failpoint('accept.before');
    const verdict = await asQueueError(
      store.accept({
        requestId, conversationId, replyTo, acceptedAt, deadlineAt, traceparent, siteVersion, language: submission.language,
        keepMs: site.settings.retention.requestHours * 3_600_000 + deadlineMs,
        waitMs: site.settings.conversations?.merge.waitMs ?? 0,
        job: newJob(DispatchJob, envelope, { now: acceptedAt, weight: weightIn(site, tenant) }),
      }),
    );
    failpoint('accept.after');
    if (verdict.kind === 'repeat') return this.repeated(requestId, tenant);
    if (verdict.kind === 'full') throw conversationFull();
    const facts = { lane, deadlineMs, source: submission.body.source, characters: submission.private.text.length, ...(verdict.kind === 'queued' ? {} : { verdict: verdict.kind }) };
    // The time of the acceptance and not of this line: the dispatcher may have begun by now.
    audit.record('gateway', envelope, 'accepted', facts, { at: acceptedAt });
    const record: RequestRecord = { requestId, tenant, conversationId, lane, acceptedAt, deadlineAt, replyTo, traceparent, siteVersion, state: 'accepted', language: submission.language };
    if (verdict.kind === 'human') await endings.leaveToPerson(record, submission.private.text);
    if (verdict.kind === 'held' && verdict.ahead !== undefined && verdict.isInterruptible && site.settings.conversations?.supersede === 'generation') await requests.supersede(verdict.ahead, requestId);
    return { requestId, created: true, state: 'accepted', conversationId, acceptedAt, deadlineAt, replyTo, traceparent };
  }

  /** The request that was accepted under this id before. */
  private async repeated(requestId: string, tenant: string): Promise<Submitted> {
    const record = await asQueueError(readRequest(this.around.redis, requestId));
    // Same id, other tenant: ids are random, so this is somebody trying them.
    if (!record || record.tenant !== tenant) throw new MeshError('REQUEST_UNKNOWN', 'the request is past its retention');
    const { state, conversationId, acceptedAt, deadlineAt, replyTo, traceparent } = record;
    return { requestId, created: false, state, conversationId, acceptedAt, deadlineAt, replyTo, traceparent };
  }

  /**
   * Asks a tier and waits for what its handler returns, as plain JSON; parse it with the contract's result schema.
   * @throws MeshError as the handler threw it; DEADLINE_PASSED when nothing came in time; QUEUE_UNAVAILABLE.
   */
  async call<J extends JobContract>(contract: J, request: CallRequest<J>): Promise<unknown> {
    const { replies } = this.around;
    const callId = newId();
    const { promise, reject, unsubscribe } = await this.listen(callId);
    const giveUp = (error: MeshError): void => {
      reject(error);
      void this.abandon(callId);
    };
    const timer = setTimeout(() => giveUp(new MeshError('DEADLINE_PASSED', `${contract.kind} took longer than ${request.timeoutMs} ms`)), request.timeoutMs);
    const abort = (): void => giveUp(new MeshError('REQUEST_CANCELLED', 'by the caller'));
    request.signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.add(contract, this.envelopeOf(contract, callId, replies.stream, request));
      return await promise;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      unsubscribe();
    }
  }

  /**
   * Hands a `call` job over for good: it is carried out within `lifetimeMs`, whatever becomes of this process. Its result
   * is waited for, but no longer than `timeoutMs`; with 0 not at all, however soon it comes.
   * @returns what the handler returned; undefined where it takes longer
   * @throws MeshError as the handler threw it, or QUEUE_UNAVAILABLE: then the job may be in the queue or not; as `onAdded`
   * does, which runs when the job is in the queue for good
   */
  async deliver<J extends JobContract>(contract: J, request: CallRequest<J> & { readonly lifetimeMs: number; readonly onAdded?: () => Promise<unknown> }): Promise<unknown> {
    const { replies } = this.around;
    const callId = newId();
    const { promise, resolve, unsubscribe } = await this.listen(callId);
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.add(contract, this.envelopeOf(contract, callId, replies.stream, { ...request, timeoutMs: request.lifetimeMs }));
      await request.onAdded?.();
      if (request.timeoutMs <= 0) return undefined;
      timer = setTimeout(() => resolve(undefined), request.timeoutMs);
      return await promise;
    } finally {
      clearTimeout(timer);
      unsubscribe();
    }
  }

  /** What the tier answers to a call that is about to be added. */
  private async listen(callId: string): Promise<PromiseWithResolvers<unknown> & { readonly unsubscribe: () => void }> {
    const { replies } = this.around;
    await replies.start();
    const answer = Promise.withResolvers<unknown>();
    // It may fail while the job is still being added, when nobody awaits it yet.
    answer.promise.catch(() => undefined);
    const unsubscribe = replies.subscribe(callId, (frame) => {
      if (frame.kind === 'result') answer.resolve(frame.value);
      if (frame.kind === 'error') answer.reject(frame.error);
    });
    return { ...answer, unsubscribe };
  }

  /** Enqueues a `call` job whose result nobody waits for. */
  async emit<J extends JobContract>(contract: J, request: CallRequest<J>): Promise<void> {
    await this.add(contract, this.envelopeOf(contract, newId(), 'none', request));
  }

  private add(contract: JobContract, envelope: Envelope): Promise<void> {
    const { store, clock, site } = this.around;
    return asQueueError(store.add(newJob(contract, envelope, { now: clock.now(), weight: weightIn(site, envelope.tenant) })));
  }

  /** The handler's work is for nobody now. If the word does not arrive, its own deadline ends it. */
  private async abandon(callId: string): Promise<void> {
    await Promise.allSettled([this.around.streams.publish(CANCEL_CHANNEL, cancelNote(callId))]);
  }

  private envelopeOf(contract: JobContract, callId: string, replyTo: string, request: CallRequest<JobContract>): Envelope {
    const { clock, site, sealer } = this.around;
    const acceptedAt = clock.now();
    const head: EnvelopeHead = {
      requestId: callId,
      tenant: request.tenant,
      conversationId: 'none',
      lane: request.lane ?? 'interactive',
      acceptedAt,
      deadlineAt: acceptedAt + request.timeoutMs,
      replyTo,
      traceparent: childTraceparent(request.traceparent),
      siteVersion: request.siteVersion ?? site.version,
      hop: 0,
      trail: emptyTrail(),
    };
    return buildEnvelope(contract, head, request, sealer);
  }
}
