import { MeshError } from '@switchyard/errors';
import { asQueueError } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { newRequestId } from '../redis-keys.js';
import type { Sealer } from '../seal/sealer.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { RequestStore } from './request-store.js';

/** The request that a client's key stands for. */
export interface ClaimedRequest {
  readonly requestId: string;
  readonly conversationId: string;
  /**
   * `new`: nothing was accepted under the key yet, or its gateway died before it did; accept it.
   * `known`: it was accepted. `over`: it was, and is past its retention by now.
   */
  readonly state: 'new' | 'known' | 'over';
}

/**
 * Clients' idempotency keys: kept 24 hours, apart from the queue's own deduplication, which ends with the job. The key is
 * claimed first and the request accepted under the id that was claimed, so a gateway that dies in between leaves a claim
 * that the client's next try goes on with.
 */
export class IdempotencyKeys {
  constructor(
    private readonly store: MeshStore,
    private readonly requests: RequestStore,
    private readonly sealer: Sealer,
    private readonly clock: RedisClock,
    /** How long a request can be fetched: a younger claim without one was never accepted. */
    private readonly retentionMs: number,
  ) {}

  /**
   * Stored is a keyed hash of the content: without the key a short text cannot be guessed from it.
   * @param content all that must be the same for it to be the same request
   * @throws MeshError IDEMPOTENCY_MISMATCH when the key was used with another content; QUEUE_UNAVAILABLE
   */
  async claim(tenant: string, key: string, content: string, conversationId: string): Promise<ClaimedRequest> {
    const requestId = newRequestId(tenant, conversationId);
    const claim = await asQueueError(this.store.claim(tenant, key, { requestId, conversationId, at: this.clock.now() }, this.sealer.fingerprints(content)));
    if (claim.kind === 'mismatch') throw new MeshError('IDEMPOTENCY_MISMATCH', 'the idempotency key was used before with another body', { field: 'Idempotency-Key' });
    if (claim.kind === 'new') return { requestId, conversationId, state: 'new' };
    const { requestId: earlier, conversationId: where, claimedAt } = claim;
    const isKnown = (await this.requests.get(tenant, earlier)) !== undefined;
    const state = isKnown ? 'known' : this.clock.now() - claimedAt < this.retentionMs ? 'new' : 'over';
    return { requestId: earlier, conversationId: where, state };
  }
}
