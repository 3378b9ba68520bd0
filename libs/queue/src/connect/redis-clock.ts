import type { Redis } from 'ioredis';

const MEASURE_EVERY_MS = 60_000;

/**
 * The mesh's one clock: Redis' own. Machines disagree by more than a deadline is long, so every time in an envelope
 * is read through this. The offset to the local clock is measured at the start and every minute.
 */
export class RedisClock {
  private offsetMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly redis: Redis) {}

  /** Milliseconds since 1970, by Redis. */
  now(): number {
    return Math.round(performance.timeOrigin + performance.now() + this.offsetMs);
  }

  async start(): Promise<void> {
    await this.measure();
    // A failed measurement keeps the last offset: clocks drift far less in a minute than an outage lasts.
    this.timer = setInterval(() => void this.measure().catch(() => undefined), MEASURE_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async measure(): Promise<void> {
    const before = performance.now();
    const [seconds, microseconds] = await this.redis.time();
    const after = performance.now();
    const redisMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
    this.offsetMs = redisMs - (performance.timeOrigin + (before + after) / 2);
  }
}
