import type { Redis } from 'ioredis';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import type { RedisClock } from '../connect/redis-clock.js';
import { PENDING_KEY } from '../redis-keys.js';
import type { RequestStore } from './request-store.js';

const SWEEP_EVERY_MS = 250;
/** The tier that has the request ends it at its deadline; only what it did not end is swept. */
const GRACE_MS = 250;
const AT_ONCE = 100;

/**
 * Ends what is overdue: the request whose tier is down, whose job was lost, or whose gateway died between accepting
 * and enqueueing it. Runs in every gateway; the first to write wins, so they need not agree.
 */
export class DeadlineSweeper {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly store: RequestStore,
    private readonly clock: RedisClock,
    private readonly logger?: Logger,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.sweeping ??= this.sweep()
        .then(
          () => undefined,
          (error: unknown) => this.logger?.warn({ err: error }, 'overdue requests could not be looked for'),
        )
        .finally(() => (this.sweeping = undefined));
    }, SWEEP_EVERY_MS);
  }

  /** Resolves when a sweep under way is done. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.sweeping;
  }

  /** @returns how many requests it ended as expired. */
  async sweep(): Promise<number> {
    let ended = 0;
    for (;;) {
      const overdue = await this.redis.zrangebyscore(PENDING_KEY, '-inf', this.clock.now() - GRACE_MS, 'LIMIT', 0, AT_ONCE);
      for (const requestId of overdue) {
        if (await this.store.end(requestId, new MeshError('DEADLINE_PASSED', 'no tier ended it'))) {
          ended += 1;
          this.logger?.warn({ requestId }, 'the request expired: no tier ended it before its deadline');
        }
        // One that is past its retention has no record that its end would take it out by.
        await this.redis.zrem(PENDING_KEY, requestId);
      }
      if (overdue.length < AT_ONCE) return ended;
    }
  }
}
