import type { HandOver } from '@switchyard/contracts';
import { asQueueError } from '../connect/open-redis.js';
import type { RequestStore } from '../request/request-store.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { ConversationStore } from './conversation-store.js';

/** A person takes a conversation over: the mesh is silent in it until it is given back. */
export class HumanTakeover {
  constructor(
    private readonly store: MeshStore,
    private readonly requests: RequestStore,
    private readonly conversations: Pick<ConversationStore, 'handOver'>,
    /** A conversation that is silent for this long is forgotten, and with it who has it. */
    private readonly ttlOf: (tenant: string) => number,
  ) {}

  /**
   * From now on nothing that the mesh says goes out: what is in work is aborted and ends in silence, as does what comes.
   * Doing it twice is harmless.
   * @returns how many requests were open
   * @throws MeshError QUEUE_UNAVAILABLE
   */
  async takeOver(tenant: string, conversationId: string): Promise<number> {
    const open = await asQueueError(this.store.setHuman(tenant, conversationId, true, this.ttlOf(tenant)));
    await Promise.all(open.map((requestId) => this.requests.tell(requestId, 'person')));
    return open.length;
  }

  /** What a person who takes over should know, where the mesh has handed over. @throws MeshError QUEUE_UNAVAILABLE */
  async noteFor(tenant: string, conversationId: string): Promise<HandOver | undefined> {
    return asQueueError(this.conversations.handOver(tenant, conversationId));
  }

  /** The mesh answers again, from the next message on. @throws MeshError QUEUE_UNAVAILABLE */
  async giveBack(tenant: string, conversationId: string): Promise<void> {
    await asQueueError(this.store.setHuman(tenant, conversationId, false, this.ttlOf(tenant)));
  }
}
