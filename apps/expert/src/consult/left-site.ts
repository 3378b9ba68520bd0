import { asQueueError, type RedisConnection } from '@switchyard/queue';

const sentKey = (requestId: string): string => `switchyard:sent:${requestId}`;
/** Beyond the deadline, for a run that is late to tell. */
const MARGIN_MS = 600_000;

/**
 * Whether something of a request was sent to a cloud, by any run of its job: a run that is killed, or whose model
 * fails, tells nobody, and the receipt of the next run must not say that nothing left.
 */
export class LeftSite {
  constructor(private readonly redis: RedisConnection) {}

  /** Before anything is sent. @throws MeshError QUEUE_UNAVAILABLE: then nothing may be sent */
  async mark(requestId: string, timeLeftMs: number): Promise<void> {
    await asQueueError(this.redis.set(sentKey(requestId), '1', 'PX', Math.ceil(Math.max(0, timeLeftMs) + MARGIN_MS)));
  }

  /** The connection was never made. */
  async unmark(requestId: string): Promise<void> {
    await asQueueError(this.redis.del(sentKey(requestId)));
  }

  async isMarked(requestId: string): Promise<boolean> {
    return (await asQueueError(this.redis.exists(sentKey(requestId)))) === 1;
  }
}
