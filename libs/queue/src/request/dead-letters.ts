import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { v5 as derivedId } from 'uuid';
import { QueueName, type Envelope } from '@switchyard/contracts';
import { isErrorCode, MeshError, type ErrorCode } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import type { MeshSite } from '../boot/mesh-site.js';
import { asQueueError } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { allJobs } from '../job-catalogue.js';
import type { Sealer } from '../seal/sealer.js';
import { buildEnvelope } from '../transport/build-envelope.js';
import type { JobQueues } from '../transport/job-queues.js';
import { readEnvelope, readInput } from '../transport/read-job.js';
import { acceptRequest } from './accept-script.js';
import { readRequest } from './request-record.js';

/** A job that failed for good. Ids, names and numbers only. */
export interface DeadLetter {
  readonly id: string;
  readonly queue: QueueName;
  readonly kind: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly failedAt: number;
}

/** Derives the request that a redriven job goes on under, so that redriving it twice is one request. */
const REDRIVEN = '6c5f3c02-6d0f-4d5e-9a0b-6f2a3d1b7f10';

/** What failed for good, and the way to try it again. */
export class DeadLetters {
  constructor(
    private readonly redis: Redis,
    private readonly queues: JobQueues,
    private readonly sealer: Sealer,
    private readonly clock: RedisClock,
    private readonly site: MeshSite,
    /** The reply stream that redriven requests are answered to. */
    private readonly replyTo: string,
  ) {}

  /** A tenant's failed jobs over all queues, the latest first. @throws MeshError QUEUE_UNAVAILABLE */
  async list(tenant: string, limit: number): Promise<DeadLetter[]> {
    const lists = await asQueueError(Promise.all(QueueName.options.map(async (queue) => (await this.queues.queue(queue).getFailed(0, limit - 1)).map((job) => letterOf(queue, job)))));
    return lists
      .flat()
      .filter((letter) => letter.tenant === tenant)
      .toSorted((one, other) => other.failedAt - one.failedAt)
      .slice(0, limit);
  }

  /**
   * Tries a failed job again. The client of the failed request was told its outcome, which stands; so the job goes on
   * as a new request, with a new deadline of the same length.
   * @returns the new request's id; `undefined` when there is no such dead letter of the tenant.
   * @throws MeshError JOB_INVALID, JOB_VERSION_UNKNOWN or SEAL_BROKEN when the job cannot be read.
   */
  async redrive(tenant: string, id: string): Promise<string | undefined> {
    const queue = QueueName.safeParse(id.split('.').at(-2));
    if (!queue.success) return undefined;
    const job: Job | undefined = await asQueueError(this.queues.queue(queue.data).getJob(id));
    if (!job || !(await asQueueError(job.isFailed())) || letterOf(queue.data, job).tenant !== tenant) return undefined;
    const contract = allJobs.find((one) => one.kind === job.name);
    if (!contract) throw new MeshError('JOB_INVALID', 'the job is of no kind that this release knows', { field: 'kind' });

    const envelope = readEnvelope(job.data, contract);
    const { body, private: opened } = readInput(envelope, contract, this.sealer);
    const requestId = derivedId(id, REDRIVEN);
    const times = contract.style === 'forward' ? await this.acceptAgain(requestId, envelope) : this.callTimes(envelope);
    const { v: _v, kind: _kind, body: _body, sealed: _sealed, ...head } = envelope;
    await this.queues.add(contract, buildEnvelope(contract, { ...head, ...times, requestId, replyTo: this.replyTo }, { body, private: opened }, this.sealer));
    await asQueueError(job.remove());
    return requestId;
  }

  private async acceptAgain(requestId: string, envelope: Envelope): Promise<Times> {
    const { tenant, conversationId, lane, siteVersion } = envelope;
    const retentionMs = this.site.settings.retention.requestHours * 3_600_000;
    const accepted = await asQueueError(acceptRequest(this.redis, { requestId, tenant, conversationId, lane, siteVersion, replyTo: this.replyTo, traceparent: childTraceparent(envelope.traceparent), deadlineMs: spanOf(envelope), retentionMs }));
    const record = accepted.record ?? (await asQueueError(readRequest(this.redis, requestId)));
    if (!record) throw new MeshError('REQUEST_UNKNOWN', 'the request was past its retention at once');
    return { acceptedAt: record.acceptedAt, deadlineAt: record.deadlineAt };
  }

  /** A call has no record, and nobody waits for its result any more. */
  private callTimes(envelope: Envelope): Times {
    const acceptedAt = this.clock.now();
    return { acceptedAt, deadlineAt: acceptedAt + spanOf(envelope) };
  }
}

interface Times {
  readonly acceptedAt: number;
  readonly deadlineAt: number;
}

const spanOf = (envelope: Envelope): number => Math.max(1_000, envelope.deadlineAt - envelope.acceptedAt);

function letterOf(queue: QueueName, job: Job): DeadLetter {
  const { requestId, tenant } = (job.data ?? {}) as { requestId?: unknown; tenant?: unknown };
  const [, code = '', detail = ''] = /^([A-Z_]+): ([\s\S]*)$/.exec(job.failedReason ?? '') ?? [];
  return {
    id: job.id ?? '',
    queue,
    kind: job.name,
    requestId: typeof requestId === 'string' ? requestId : '',
    tenant: typeof tenant === 'string' ? tenant : '',
    code: isErrorCode(code) ? code : 'INTERNAL',
    // A reason without a code of ours was not written by us, so it may hold anything.
    detail: isErrorCode(code) ? detail : '',
    attempts: job.attemptsMade,
    failedAt: job.finishedOn ?? 0,
  };
}
