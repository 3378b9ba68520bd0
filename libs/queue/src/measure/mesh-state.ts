import type { QueueName } from '@switchyard/contracts';
import type { RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import type { Availability } from './availability.js';
import type { Backlog } from './backlog.js';
import { readBudgetLeft, type SpendingCaps } from '../spending/spending.js';

/** What rules may ask about the mesh at this moment. */
export interface MeshFacts {
  /** What the tenant, and its conversation, may still spend today, in USD. */
  readonly budgetLeftUsd: number;
  /** Jobs that wait, by queue. */
  readonly backlog: Partial<Record<QueueName, number>>;
  /** How long the oldest of them has waited, in milliseconds; 0 where none waits. */
  readonly oldestMs: Partial<Record<QueueName, number>>;
  readonly available: { readonly localModel: boolean; readonly expert: boolean };
  readonly egress: 'allowed' | 'blocked';
}

/** What can be reached and paid for now; backlog and availability are a second old at most. */
export class MeshState {
  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: RedisClock,
    private readonly backlog: Backlog,
    private readonly availability: Availability,
    private readonly site: { readonly settings: { readonly tenants?: readonly { readonly id: string; readonly budget?: SpendingCaps | undefined }[] } },
    private readonly egress: 'allowed' | 'blocked',
  ) {}

  /** @throws MeshError QUEUE_UNAVAILABLE */
  async read(tenant: string, conversationId?: string): Promise<MeshFacts> {
    const [load, available, budgetLeftUsd] = await Promise.all([
      this.backlog.read(),
      this.availability.read(),
      readBudgetLeft(this.redis, this.site.settings.tenants?.find((one) => one.id === tenant), this.clock.now(), conversationId),
    ]);
    const ofEach = (figure: 'waiting' | 'oldestMs'): Record<string, number> => Object.fromEntries(Object.entries(load).map(([queue, one]) => [queue, one[figure]]));
    return { budgetLeftUsd, backlog: ofEach('waiting'), oldestMs: ofEach('oldestMs'), available, egress: this.egress };
  }
}
