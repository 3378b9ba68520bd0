import { Cluster } from 'ioredis';
import { QueueName } from '@switchyard/contracts';
import { asQueueError, type RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { RedisScript } from '../connect/run-script.js';
import { queueBase } from '../redis-keys.js';
import { DrainMeter } from './drain-meter.js';

/** How much work lies in a queue, and how fast it goes. */
export interface QueueLoad {
  /** Jobs that wait for a worker. */
  readonly waiting: number;
  /** Jobs in work. */
  readonly active: number;
  /** How long the oldest waiting job has waited, in milliseconds; 0 where none waits. */
  readonly oldestMs: number;
  /** Jobs done a second, of late. */
  readonly perSecond: number;
  /** Jobs that the tier can do a second, seen while it had more to do than it could; undefined where it never had. */
  readonly capacityPerSecond: number | undefined;
  /** Share of the dispatched messages that come by this queue, 0 to 1; undefined where too few came to tell. */
  readonly share: number | undefined;
  /** Virtual time, and where the last job of each tenant and lane ends in it: see `store/lua-jobs.ts`. */
  readonly virtual: number;
  readonly finishes: ReadonlyMap<string, number>;
}

export type MeshLoad = Readonly<Record<QueueName, QueueLoad>>;

const CACHE_MS = 250;

/**
 * Jobs lie in order of fairness, so the first is not the oldest; but the first of each tenant lies near the head, so the
 * oldest is among the first few.
 */
const measure = new RedisScript(`
local found = {}
for _, base in ipairs(ARGV) do
  local waiting = redis.call('LLEN', base .. 'wait') + redis.call('ZCARD', base .. 'prioritized')
  local oldest = false
  local function look(id)
    local at = id and tonumber(redis.call('HGET', base .. id, 'timestamp'))
    if at and (not oldest or at < oldest) then oldest = at end
  end
  if waiting > 0 then
    look(redis.call('LINDEX', base .. 'wait', -1))
    for _, id in ipairs(redis.call('ZRANGE', base .. 'prioritized', 0, 15)) do look(id) end
  end
  found[#found + 1] = {waiting, redis.call('LLEN', base .. 'active'), oldest and string.format('%.0f', oldest) or false, redis.call('GET', base .. 'drained') or '0', waiting > 0 and redis.call('HGETALL', base .. 'fair') or {}}
end
return found
`);

type Measured = readonly [waiting: number, active: number, oldest: string | null, drained: string, fair: readonly string[]];

/** How much work lies in each queue. */
export class Backlog {
  private cached: { readonly at: number; readonly value: Promise<MeshLoad> } | undefined;
  private readonly meter = new DrainMeter();

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: RedisClock,
  ) {}

  /** A quarter of a second old at most; costs a few reads a queue, whatever its length. @throws MeshError QUEUE_UNAVAILABLE */
  async read(): Promise<MeshLoad> {
    const now = performance.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) {
      const value = asQueueError(this.measure());
      // A failure is told to those who asked and not kept.
      value.catch(() => (this.cached = undefined));
      this.cached = { at: now, value };
    }
    return this.cached.value;
  }

  /** All in one step, except on a cluster, where each queue has a slot of its own. */
  private async measureQueues(bases: readonly string[]): Promise<readonly Measured[]> {
    if (!(this.redis instanceof Cluster)) return (await measure.run(this.redis, bases, bases)) as Measured[];
    return (await Promise.all(bases.map((base) => measure.run(this.redis, [base], [base])))).flat() as Measured[];
  }

  private async measure(): Promise<MeshLoad> {
    const measured = await this.measureQueues(QueueName.options.map(queueBase));
    const read = QueueName.options.map((queue, at) => {
      const [waiting, active, oldest, drained, fair] = measured[at] ?? [0, 0, null, '0', []];
      return { queue, waiting, active, oldest, drained: Number(drained), fair };
    });
    const now = this.clock.now();
    this.meter.note(performance.now(), new Map(read.map(({ queue, drained, waiting, active }) => [queue, { drained, waiting, active }])));
    const entries = read.map(({ queue, waiting, active, oldest, fair }): [QueueName, QueueLoad] => {
      const finishes = new Map<string, number>();
      for (let at = 0; at < fair.length; at += 2) finishes.set(fair[at] ?? '', Number(fair[at + 1]));
      const virtual = finishes.get('now') ?? 0;
      finishes.delete('now');
      return [queue, { waiting, active, oldestMs: oldest === null ? 0 : Math.max(0, now - Number(oldest)), ...this.meter.read(queue), virtual, finishes }];
    });
    return Object.fromEntries(entries) as MeshLoad;
  }
}
