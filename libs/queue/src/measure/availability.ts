import type { RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import { availabilityKey } from '../redis-keys.js';

/** What may be there or not: a local model server, a cloud model that may be asked. */
export type AvailableThing = 'localModel' | 'expert';

const EXPIRY_MS = 15_000;
const HEARTBEAT_MS = 5_000;
const CACHE_MS = 1_000;

/**
 * Which dependencies some instance has. Each instance tells of its own and repeats it; one that dies is forgotten
 * after 15 s. A thing is available while any instance has it.
 */
export class Availability {
  private readonly announced = new Set<AvailableThing>();
  private heartbeat: NodeJS.Timeout | undefined;
  private cached: { readonly at: number; readonly value: Promise<Record<AvailableThing, boolean>> } | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: RedisClock,
    private readonly instance: string,
  ) {}

  /** Tells the mesh, now and every few seconds, that this instance has the thing; `false` takes it back at once. */
  announce(name: AvailableThing, value: boolean): void {
    if (value) this.announced.add(name);
    else this.announced.delete(name);
    this.cached = undefined;
    void (value ? this.tell(name) : this.redis.zrem(availabilityKey(name), this.instance)).catch(() => undefined);
    this.heartbeat ??= setInterval(() => {
      for (const thing of this.announced) void this.tell(thing).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  /** What is there; a second old at most. With Redis away, nothing is. */
  async read(): Promise<Record<AvailableThing, boolean>> {
    const now = performance.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) this.cached = { at: now, value: this.ask() };
    return this.cached.value;
  }

  /** Takes back what this instance told. */
  async stop(): Promise<void> {
    clearInterval(this.heartbeat);
    await Promise.allSettled([...this.announced].map((name) => this.redis.zrem(availabilityKey(name), this.instance)));
  }

  private async tell(name: AvailableThing): Promise<void> {
    const key = availabilityKey(name);
    const now = this.clock.now();
    await this.redis.multi().zremrangebyscore(key, '-inf', now).zadd(key, now + EXPIRY_MS, this.instance).pexpire(key, EXPIRY_MS).exec();
  }

  private async ask(): Promise<Record<AvailableThing, boolean>> {
    const has = async (name: AvailableThing): Promise<boolean> => (await this.redis.zcount(availabilityKey(name), this.clock.now(), '+inf')) > 0;
    const [localModel, expert] = await Promise.all([has('localModel'), has('expert')]).catch(() => [false, false] as const);
    return { localModel, expert };
  }
}
