import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Envelope, JobContract, QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { RedisClock } from '../connect/redis-clock.js';
import { asQueueError } from '../connect/open-redis.js';
import { bullQueueName, jobIdOf, KEY_PREFIX } from '../redis-keys.js';
import { lanePriority, queueSettings } from '../queue-settings.js';

/** The producing end of every queue, over one shared connection. */
export class JobQueues {
  private readonly queues = new Map<QueueName, Queue>();

  constructor(
    private readonly redis: Redis,
    private readonly clock: RedisClock,
  ) {}

  /** BullMQ's own handle on a queue, made when it is first asked for. */
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
    return queue;
  }

  /**
   * Adds one step of a request. Adding it again changes nothing.
   * @throws MeshError JOB_TOO_LARGE, or QUEUE_UNAVAILABLE when Redis is away.
   */
  async add(contract: JobContract, envelope: Envelope): Promise<void> {
    const settings = queueSettings[contract.queue];
    const bytes = Buffer.byteLength(JSON.stringify(envelope));
    if (bytes > settings.maxJobBytes) throw new MeshError('JOB_TOO_LARGE', `${contract.kind}: ${bytes} bytes, ${settings.maxJobBytes} are taken`);
    await asQueueError(
      this.queue(contract.queue).add(contract.kind, envelope, {
        jobId: jobIdOf(envelope.requestId, contract.queue, envelope.hop),
        priority: lanePriority[envelope.lane],
        attempts: contract.attempts,
        // The delay is worked out where the failure is known: see `retryDelayMs`.
        backoff: { type: 'mesh' },
        timestamp: this.clock.now(),
        stackTraceLimit: 1,
      }),
    );
  }
}
