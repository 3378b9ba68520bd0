import { Queue } from 'bullmq';
import type { QueueName } from '@switchyard/contracts';
import type { RedisConnection } from '../connect/open-redis.js';
import { bullQueueName, KEY_PREFIX } from '../redis-keys.js';
import { queueSettings } from '../queue-settings.js';

/** BullMQ's own handles on the queues, over one shared connection: for looking at jobs, not for adding them. */
export class JobQueues {
  private readonly queues = new Map<QueueName, Queue>();

  constructor(private readonly redis: RedisConnection) {}

  queue(name: QueueName): Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = new Queue(bullQueueName(name), {
      connection: this.redis,
      prefix: KEY_PREFIX,
      // The connection is ready before this class is used; waiting for it would hang an outage instead of failing it.
      skipWaitingForReady: true,
      streams: { events: { maxLen: queueSettings[name].eventsLength } },
    });
    // Each of our commands reports its own failure; an unheard `error` event would end the process.
    queue.on('error', () => undefined);
    this.queues.set(name, queue);
    // It keeps a failed start for ever: one that was first asked for while Redis was away is made anew.
    queue.waitUntilReady().catch(() => {
      this.queues.delete(name);
      void queue.close().catch(() => undefined);
    });
    return queue;
  }
}
