import type { Job } from 'bullmq';
import { v5 as derivedId } from 'uuid';
import { QueueName, type Envelope, type JobContract } from '@switchyard/contracts';
import { MeshError, type ErrorCode } from '@switchyard/errors';
import { childTraceparent } from '@switchyard/telemetry';
import { capsIn, type MeshSite } from '../boot/mesh-site.js';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { allJobs } from '../job-catalogue.js';
import { inPartition } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { holdFor, spendKeyOf, type Hold } from '../spending/hold.js';
import type { MeshStore } from '../store/mesh-store.js';
import { newJob } from '../store/new-job.js';
import { buildEnvelope } from '../transport/build-envelope.js';
import type { JobQueues } from '../transport/job-queues.js';
import { readEnvelope, readInput } from '../transport/read-job.js';
import { letterOf, type DeadLetter } from './dead-letter.js';
import { weightIn, type Endings } from './endings.js';
import { conversationFull } from './mesh-client.js';
import { readRequest } from './request-record.js';

/** A dead letter with what the job held. */
export interface OpenedLetter {
  readonly letter: DeadLetter;
  /** The clear part: ids, names and numbers. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What the tiers had learned. */
  readonly trail: Envelope['trail'];
  readonly conversationId: string;
  readonly deadlineAt: number;
  /** The private part: customer text. Names and sizes of its fields, or the fields themselves where they were asked for. */
  readonly private: Readonly<Record<string, unknown>>;
}

export interface LetterFilter {
  readonly queue?: QueueName | undefined;
  readonly code?: ErrorCode | undefined;
}

/** Derives the request that a redriven job goes on under, so that redriving it twice is one request. */
const REDRIVEN = '6c5f3c02-6d0f-4d5e-9a0b-6f2a3d1b7f10';
/** Letters looked through for those of a tenant: as many as a queue keeps. */
const PAGE = 200;

/** What failed for good, and the way to try it again. */
export class DeadLetters {
  constructor(
    private readonly redis: RedisConnection,
    private readonly queues: JobQueues,
    private readonly store: MeshStore,
    private readonly sealer: Sealer,
    private readonly clock: RedisClock,
    private readonly site: MeshSite,
    /** The reply stream that redriven requests are answered to. */
    private readonly replyTo: string,
    private readonly endings: Pick<Endings, 'leaveToPerson'>,
  ) {}

  /** A tenant's failed jobs, the latest first. @throws MeshError QUEUE_UNAVAILABLE */
  async list(tenant: string, limit: number, filter: LetterFilter = {}): Promise<DeadLetter[]> {
    const queues = filter.queue === undefined ? QueueName.options : [filter.queue];
    const lists = await asQueueError(Promise.all(queues.map((queue) => this.ofQueue(queue, tenant, limit, filter.code))));
    return lists
      .flat()
      .toSorted((one, other) => other.failedAt - one.failedAt)
      .slice(0, limit);
  }

  /** @param reveal whether the customer's words are to be shown; else only how long they are */
  async inspect(tenant: string, id: string, reveal: boolean): Promise<OpenedLetter | undefined> {
    const found = await this.find(tenant, id);
    if (!found) return undefined;
    const { letter, job } = found;
    const { trail, conversationId, deadlineAt, envelope, contract } = this.read(job);
    const { body, private: opened } = readInput(envelope, contract, this.sealer);
    const fields = opened as Record<string, unknown>;
    const sizes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value ?? null).length]));
    return { letter, body: body as Record<string, unknown>, trail, conversationId, deadlineAt, private: reveal ? fields : sizes };
  }

  /**
   * Tries a failed job again. The client of the failed request was told its outcome, which stands; so the job goes on
   * as a new request, with a new deadline of the same length, behind what is open in its conversation.
   * @returns the new request's id; `undefined` when there is no such dead letter of the tenant.
   * @throws MeshError JOB_INVALID, JOB_VERSION_UNKNOWN or SEAL_BROKEN when the job cannot be read; TENANT_BACKLOG_FULL where its conversation has too many open,
   * BUDGET_EXHAUSTED where it asks for what spends money and there is none left for it.
   */
  async redrive(tenant: string, id: string): Promise<string | undefined> {
    const found = await this.find(tenant, id);
    if (!found) return undefined;
    const { envelope, contract } = this.read(found.job);
    const { body, private: opened } = readInput(envelope, contract, this.sealer);
    const requestId = inPartition(derivedId(id, REDRIVEN), tenant, envelope.conversationId);
    const acceptedAt = this.clock.now();
    const { v: _v, kind: _kind, body: _body, sealed: _sealed, ...head } = envelope;
    const deadlineAt = acceptedAt + Math.max(1_000, envelope.deadlineAt - envelope.acceptedAt);
    const again = buildEnvelope(contract, { ...head, acceptedAt, deadlineAt, requestId, replyTo: this.replyTo, traceparent: childTraceparent(envelope.traceparent) }, { body, private: opened }, this.sealer);
    await this.send(contract, again, opened as { readonly text?: unknown });
    await asQueueError(found.job.remove());
    return requestId;
  }

  private async send(contract: JobContract, envelope: Envelope, { text }: { readonly text?: unknown }): Promise<void> {
    const { requestId, conversationId, acceptedAt, deadlineAt, replyTo, siteVersion, tenant, traceparent = '' } = envelope;
    const job = newJob(contract, envelope, { now: acceptedAt, weight: weightIn(this.site, tenant) });
    // A call has no record, and nobody waits for its result any more.
    if (contract.style === 'call') return asQueueError(this.store.add(job));
    const keepMs = this.site.settings.retention.requestHours * 3_600_000 + deadlineAt - acceptedAt;
    const hold = contract.spends ? await this.hold(envelope) : undefined;
    const { kind } = await asQueueError(this.store.accept({ requestId, conversationId, acceptedAt, deadlineAt, replyTo, siteVersion, traceparent, keepMs, waitMs: 0, job, hold: hold && spendKeyOf(hold) }));
    if (kind === 'full') {
      if (hold) await asQueueError(this.store.giveBackHold(hold));
      throw conversationFull();
    }
    const record = await asQueueError(readRequest(this.redis, requestId));
    if (!record) throw new MeshError('REQUEST_UNKNOWN', 'the request was past its retention at once');
    if (kind === 'human') await this.endings.leaveToPerson(record, typeof text === 'string' ? text : undefined);
  }

  /** Before the job is in its queue: a crash between leaves a hold that ends with its time. */
  private async hold(envelope: Envelope): Promise<Hold> {
    // A job of a release that did not hold says nothing of its price; its call is held for when it is made.
    const hold = holdFor(envelope, envelope.hold ?? { mostUsd: 0, leastUsd: 0 }, capsIn(this.site, envelope.tenant), envelope.acceptedAt);
    const { granted } = await asQueueError(this.store.hold(hold));
    if (!granted) throw new MeshError('BUDGET_EXHAUSTED', 'nothing is left to try the job again with');
    return hold;
  }

  private async ofQueue(queue: QueueName, tenant: string, limit: number, code: ErrorCode | undefined): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    const count = await this.queues.queue(queue).getFailedCount();
    for (let from = 0; found.length < limit && from < count; from += PAGE) {
      const jobs = await this.queues.queue(queue).getFailed(from, from + PAGE - 1);
      for (const job of jobs) {
        const letter = letterOf(queue, job);
        if (letter.tenant === tenant && (code === undefined || letter.code === code)) found.push(letter);
      }
    }
    return found.slice(0, limit);
  }

  private async find(tenant: string, id: string): Promise<{ readonly letter: DeadLetter; readonly job: Job } | undefined> {
    const queue = QueueName.safeParse(id.split('.').at(-2));
    if (!queue.success) return undefined;
    const job: Job | undefined = await asQueueError(this.queues.queue(queue.data).getJob(id));
    if (!job || !(await asQueueError(job.isFailed()))) return undefined;
    const letter = letterOf(queue.data, job);
    return letter.tenant === tenant ? { letter, job } : undefined;
  }

  private read(job: Job): { readonly envelope: Envelope; readonly contract: JobContract; readonly trail: Envelope['trail']; readonly conversationId: string; readonly deadlineAt: number } {
    const contract = allJobs.find((one) => one.kind === job.name);
    if (!contract) throw new MeshError('JOB_INVALID', 'the job is of no kind that this release knows', { field: 'kind' });
    const envelope = readEnvelope(job.data, contract);
    const { trail, conversationId, deadlineAt } = envelope;
    return { envelope, contract, trail, conversationId, deadlineAt };
  }
}
