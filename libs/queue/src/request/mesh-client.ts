import type { Redis } from 'ioredis';
import { v7 as newId } from 'uuid';
import { DispatchJob, emptyTrail, type Envelope, type JobContract, type Lane, type RequestState } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import type { z } from 'zod';
import type { MeshSite } from '../boot/mesh-site.js';
import { asQueueError } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { CANCEL_CHANNEL } from '../redis-keys.js';
import type { AuditLog } from '../reply/audit-log.js';
import type { ReplyReader } from '../reply/reply-reader.js';
import type { Sealer } from '../seal/sealer.js';
import { buildEnvelope, type EnvelopeHead } from '../transport/build-envelope.js';
import type { JobQueues } from '../transport/job-queues.js';
import { acceptRequest } from './accept-script.js';
import { readRequest } from './request-record.js';

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
  /** Chosen by the caller, so that it can subscribe to the replies first; `newRequestId()` makes one. */
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
  /** The client's idempotency key, and all that must be the same for it to be a repeat. Stored as keyed hashes only. */
  readonly idempotency?: { readonly key: string; readonly content: string } | undefined;
}

export interface Submitted {
  /** Of the earlier request, where the idempotency key was used before. */
  readonly requestId: string;
  readonly created: boolean;
  readonly state: RequestState;
  readonly conversationId: string;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly replyTo: string;
  readonly traceparent: string;
}

export const newRequestId = (): string => newId();

/** The asking end of the mesh: `submit` puts a customer's message in, `call` asks a tier and waits. */
export class MeshClient {
  constructor(
    private readonly redis: Redis,
    private readonly queues: JobQueues,
    private readonly replies: ReplyReader,
    private readonly sealer: Sealer,
    private readonly clock: RedisClock,
    private readonly audit: AuditLog,
    private readonly site: MeshSite,
  ) {}

  /**
   * Accepts a request and enqueues its first job; durable when the promise resolves. Repeating it with the same
   * request id or idempotency key gives the request that is there, and repairs one that was accepted but not
   * enqueued because its gateway died in between.
   * @throws MeshError IDEMPOTENCY_MISMATCH, JOB_INVALID, JOB_TOO_LARGE, or QUEUE_UNAVAILABLE, at once, when Redis is away.
   */
  async submit(submission: Submission): Promise<Submitted> {
    const { tenant, idempotency } = submission;
    await this.replies.start();
    const traceparent = childTraceparent(submission.traceparent);
    const accepted = await asQueueError(
      acceptRequest(this.redis, {
        ...submission,
        traceparent,
        siteVersion: submission.siteVersion ?? this.site.version,
        replyTo: this.replies.stream,
        retentionMs: this.site.settings.retention.requestHours * 3_600_000,
        idempotency: idempotency && { key: idempotency.key, fingerprints: this.sealer.fingerprints(idempotency.content) },
      }),
    );
    const { requestId } = accepted;
    const record = accepted.record ?? (await asQueueError(readRequest(this.redis, requestId)));
    // Same id, other tenant: ids are random, so this is somebody trying them.
    if (!record || record.tenant !== tenant) throw new MeshError('REQUEST_UNKNOWN', 'the request is past its retention');
    // Once a tier has begun, the job is there; before that, adding it again is harmless.
    if (record.state === 'accepted') {
      const envelope = buildEnvelope(DispatchJob, { ...record, requestId, hop: 0, trail: emptyTrail() }, submission, this.sealer);
      await this.queues.add(DispatchJob, envelope);
    }
    if (accepted.record) {
      const facts = { lane: record.lane, deadlineMs: submission.deadlineMs, source: submission.body.source, characters: submission.private.text.length };
      // The time of the acceptance and not of this line: the dispatcher may have begun by now.
      this.audit.record('gateway', record, 'accepted', facts, { at: record.acceptedAt });
    }
    const { state, conversationId, acceptedAt, deadlineAt, replyTo } = record;
    return { requestId, created: accepted.record !== undefined, state, conversationId, acceptedAt, deadlineAt, replyTo, traceparent: record.traceparent };
  }

  /**
   * Asks a tier and waits for what its handler returns, as plain JSON; parse it with the contract's result schema.
   * @throws MeshError as the handler threw it; DEADLINE_PASSED when nothing came in time; QUEUE_UNAVAILABLE.
   */
  async call<J extends JobContract>(contract: J, request: CallRequest<J>): Promise<unknown> {
    await this.replies.start();
    const callId = newRequestId();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // It may fail while the job is still being added, when nobody awaits it yet.
    promise.catch(() => undefined);
    const unsubscribe = this.replies.subscribe(callId, (frame) => {
      if (frame.kind === 'result') resolve(frame.value);
      if (frame.kind === 'error') reject(frame.error);
    });
    const giveUp = (error: MeshError): void => {
      reject(error);
      void this.abandon(callId);
    };
    const timer = setTimeout(() => giveUp(new MeshError('DEADLINE_PASSED', `${contract.kind} took longer than ${request.timeoutMs} ms`)), request.timeoutMs);
    const abort = (): void => giveUp(new MeshError('REQUEST_CANCELLED', 'by the caller'));
    request.signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.queues.add(contract, this.envelopeOf(contract, callId, this.replies.stream, request));
      return await promise;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      unsubscribe();
    }
  }

  /** Enqueues a `call` job whose result nobody waits for. */
  async emit<J extends JobContract>(contract: J, request: CallRequest<J>): Promise<void> {
    await this.queues.add(contract, this.envelopeOf(contract, newRequestId(), 'none', request));
  }

  /** The handler's work is for nobody now. If the word does not arrive, its own deadline ends it. */
  private async abandon(callId: string): Promise<void> {
    await Promise.allSettled([this.redis.publish(CANCEL_CHANNEL, callId)]);
  }

  private envelopeOf(contract: JobContract, callId: string, replyTo: string, request: CallRequest<JobContract>): Envelope {
    const acceptedAt = this.clock.now();
    const head: EnvelopeHead = {
      requestId: callId,
      tenant: request.tenant,
      conversationId: 'none',
      lane: request.lane ?? 'interactive',
      acceptedAt,
      deadlineAt: acceptedAt + request.timeoutMs,
      replyTo,
      traceparent: childTraceparent(request.traceparent),
      siteVersion: request.siteVersion ?? this.site.version,
      hop: 0,
      trail: emptyTrail(),
    };
    return buildEnvelope(contract, head, request, this.sealer);
  }
}
