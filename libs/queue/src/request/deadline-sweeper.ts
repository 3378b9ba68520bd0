import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import type { RedisConnection } from '../connect/open-redis.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { Endings } from './endings.js';
import { readRequest } from './request-record.js';

const SWEEP_EVERY_MS = 250;
/** The tier that has the request ends it at its deadline; only what it did not end is swept. */
const GRACE_MS = 250;

/**
 * Ends what is overdue: the request whose tier is down or whose job was lost. And takes up what is due: the message that
 * waited for more of its conversation, or that whoever should have taken it up did not live to; and on a cluster deliveries
 * that did not reach their queue. Runs in every gateway; the
 * first to write wins, so they need not agree.
 */
export class DeadlineSweeper {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly store: MeshStore,
    private readonly endings: Endings,
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
    const [{ overdue, due }] = await Promise.all([this.store.sweep(GRACE_MS), this.store.sweepDeliveries()]);
    await Promise.all(due.map((requestId) => this.takeUp(requestId)));
    const ended = await Promise.all(overdue.map((requestId) => this.expire(requestId)));
    return ended.filter(Boolean).length;
  }

  private async expire(requestId: string): Promise<boolean> {
    const isEnd = await this.endings.end(requestId, new MeshError('DEADLINE_PASSED', 'no tier ended it'));
    if (isEnd) this.logger?.warn({ requestId }, 'the request expired: no tier ended it before its deadline');
    // One that is past its retention has no record that its end would take it out by.
    else await this.store.forget(requestId, true);
    return isEnd;
  }

  private async takeUp(requestId: string): Promise<void> {
    const record = await readRequest(this.redis, requestId);
    if (record && !record.outcome) await this.endings.lanes.takeUp(record.tenant, record.conversationId);
    else await this.store.forget(requestId, false);
  }
}
