import type { Redis } from 'ioredis';
import { QueueName, type Lane } from '@switchyard/contracts';
import { asQueueError } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { RedisScript } from '../connect/run-script.js';
import { lanePriority } from '../queue-settings.js';
import { bullQueueName, KEY_PREFIX } from '../redis-keys.js';

export interface QueueBacklog {
  /** Jobs that wait for a worker. */
  readonly waiting: number;
  /** Jobs in work. */
  readonly active: number;
  /** How long the oldest waiting job has waited, in milliseconds; 0 where none waits. */
  readonly oldestMs: number;
}

const CACHE_MS = 1_000;

/**
 * Jobs of one lane stand in order of arrival, but the first of the set is not the oldest of the queue: lanes lie one
 * behind the other. So the first of each lane is looked at. Scores are BullMQ's: priority * 2^32 + arrival.
 */
const measure = new RedisScript(`
local waiting = redis.call('LLEN', KEYS[1]) + redis.call('ZCARD', KEYS[2])
local oldest = false
local function look(id)
  local at = id and tonumber(redis.call('HGET', ARGV[1] .. id, 'timestamp'))
  if at and (not oldest or at < oldest) then oldest = at end
end
if waiting > 0 then
  look(redis.call('LINDEX', KEYS[1], -1))
  for i = 2, #ARGV do
    look(redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[i] * 4294967296, '(' .. string.format('%.0f', (ARGV[i] + 1) * 4294967296), 'LIMIT', 0, 1)[1])
  end
end
return {waiting, redis.call('LLEN', KEYS[3]), oldest and string.format('%.0f', oldest) or false}
`);

/** How much work lies in each queue. */
export class Backlog {
  private cached: { readonly at: number; readonly value: Promise<Record<QueueName, QueueBacklog>> } | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly clock: RedisClock,
  ) {}

  /** A second old at most; costs a few reads a queue, whatever its length. @throws MeshError QUEUE_UNAVAILABLE */
  async read(): Promise<Record<QueueName, QueueBacklog>> {
    const now = performance.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) {
      const value = asQueueError(this.measure());
      // A failure is told to those who asked and not kept.
      value.catch(() => (this.cached = undefined));
      this.cached = { at: now, value };
    }
    return this.cached.value;
  }

  private async measure(): Promise<Record<QueueName, QueueBacklog>> {
    const lanes: readonly Lane[] = ['interactive', 'normal', 'bulk'];
    const entries = await Promise.all(
      QueueName.options.map(async (queue): Promise<[QueueName, QueueBacklog]> => {
        const base = `${KEY_PREFIX}:${bullQueueName(queue)}:`;
        const read = await measure.run(this.redis, [`${base}wait`, `${base}prioritized`, `${base}active`], [base, ...lanes.map((lane) => lanePriority[lane])]);
        const [waiting, active, oldest] = read as [number, number, string | null];
        return [queue, { waiting, active, oldestMs: oldest === null ? 0 : Math.max(0, this.clock.now() - Number(oldest)) }];
      }),
    );
    return Object.fromEntries(entries) as Record<QueueName, QueueBacklog>;
  }
}
