import { Reply, type Outcome, type RequestState } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import { CANCEL_CHANNEL } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import { cancelNote, type CancelReason } from './cancel-note.js';
import type { Endings } from './endings.js';
import { readRequest } from './request-record.js';

/** A request as its tenant sees it. Times are milliseconds since 1970 by Redis' clock. */
export interface StoredRequest {
  readonly requestId: string;
  readonly conversationId: string;
  readonly state: RequestState;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** The reply stream of the gateway that accepted it. */
  readonly replyTo: string;
  readonly siteVersion: string;
  readonly traceparent: string;
  readonly outcome?: Outcome;
  readonly reply?: Reply;
}

/** Accepted requests and how they ended, for as long as the site keeps them. */
export class RequestStore {
  constructor(
    private readonly redis: RedisConnection,
    /** Where notes to those in work are published. */
    private readonly streams: RedisConnection,
    private readonly sealer: Sealer,
    private readonly endings: Endings,
  ) {}

  /**
   * `undefined`: no such request, past its retention, or another tenant's.
   * @throws MeshError QUEUE_UNAVAILABLE, or SEAL_BROKEN where its key was taken out of use.
   */
  async get(tenant: string, requestId: string): Promise<StoredRequest | undefined> {
    const record = await asQueueError(readRequest(this.redis, requestId));
    if (!record || record.tenant !== tenant) return undefined;
    const { conversationId, state, acceptedAt, deadlineAt, replyTo, siteVersion, traceparent, outcome, reply } = record;
    const end = outcome && reply ? { outcome, reply: Reply.parse(this.sealer.open(reply, requestId)) } : {};
    return { requestId, conversationId, state, acceptedAt, deadlineAt, replyTo, siteVersion, traceparent, ...end };
  }

  /**
   * Ends a request as cancelled and aborts what works on it. One that has ended stays as it is.
   * @returns the request afterwards.
   */
  async cancel(tenant: string, requestId: string): Promise<StoredRequest | undefined> {
    const before = await this.get(tenant, requestId);
    if (!before || before.state === 'done') return before;
    // Those in work stop first: the end that is written next needs three more round trips.
    const told = this.tell(requestId, 'cancelled');
    await this.end(requestId, new MeshError('REQUEST_CANCELLED', 'by the client'));
    await told;
    return this.get(tenant, requestId);
  }

  /** Ends a request, and aborts what works on it, because a newer message takes its place. */
  async supersede(requestId: string, by: string): Promise<void> {
    await asQueueError(Promise.all([this.tell(requestId, 'superseded', by), this.endings.supersede(requestId, by)]));
  }

  /**
   * Ends a request without an answer, by the outcome of the error's code and in the site's words.
   * @returns whether this was its end.
   */
  end(requestId: string, error: MeshError): Promise<boolean> {
    return asQueueError(this.endings.end(requestId, error));
  }

  /** Aborts what works on a request. */
  async tell(requestId: string, reason: CancelReason, by?: string): Promise<void> {
    await asQueueError(this.streams.publish(CANCEL_CHANNEL, cancelNote(requestId, reason, by)));
  }
}
