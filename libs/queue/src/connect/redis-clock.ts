import type { RedisConnection } from './open-redis.js';

const MEASURE_EVERY_MS = 60_000;
/** An answer tells the time to within its round trip; one that took longer is asked for again, a few times at once and then soon. */
const GOOD_ROUND_TRIP_MS = 20;
const MOST_TRIES = 5;
const MEASURE_SOON_MS = 1_000;

/**
 * The mesh's one clock: Redis' own. Machines disagree by more than a deadline is long, so every time in an envelope
 * is read through this. The offset to the local clock is measured at the start, every minute, and whenever the
 * connection is made anew, since another server may answer then; more often where a busy machine made it a poor measurement.
 */
export class RedisClock {
  private offsetMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  /** How long the answer took that the offset is from. */
  private roundTripMs = Number.POSITIVE_INFINITY;
  private readonly measureAnew = (): void => {
    this.roundTripMs = Number.POSITIVE_INFINITY;
    this.measureIn(0);
  };

  constructor(private readonly redis: RedisConnection) {}

  /** Milliseconds since 1970, by Redis. */
  now(): number {
    return Math.round(performance.timeOrigin + performance.now() + this.offsetMs);
  }

  /** How far Redis' clock is ahead of this machine's, in ms; negative where it is behind. */
  aheadMs(): number {
    return this.now() - Date.now();
  }

  async start(): Promise<void> {
    await this.measure();
    this.measureLater();
    this.redis.on('ready', this.measureAnew);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.redis.off('ready', this.measureAnew);
  }

  private measureLater(): void {
    this.measureIn(this.roundTripMs > GOOD_ROUND_TRIP_MS ? MEASURE_SOON_MS : MEASURE_EVERY_MS);
  }

  private measureIn(ms: number): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    // A failed measurement keeps the last offset: clocks drift far less in a minute than an outage lasts.
    this.timer = setTimeout(() => void this.measure().catch(() => undefined).then(() => this.measureLater()), ms).unref();
  }

  private async measure(): Promise<void> {
    let best = Number.POSITIVE_INFINITY;
    let offsetMs = 0;
    for (let attempt = 1; attempt <= MOST_TRIES && best > GOOD_ROUND_TRIP_MS; attempt++) {
      const before = performance.now();
      const [seconds, microseconds] = await this.redis.time();
      const after = performance.now();
      if (after - before >= best) continue;
      best = after - before;
      offsetMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - (performance.timeOrigin + (before + after) / 2);
    }
    // A poor one tells less than what is known, unless that was poorer: clocks drift by milliseconds a minute.
    if (best > GOOD_ROUND_TRIP_MS && best > this.roundTripMs) return;
    this.roundTripMs = best;
    this.offsetMs = offsetMs;
  }
}
