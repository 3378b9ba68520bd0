import { Gauge } from 'prom-client';
import type { QueueName } from '@switchyard/contracts';
import { registry } from '@switchyard/telemetry';
import type { Backlog, QueueLoad } from './backlog.js';

const figures: readonly (readonly [name: string, help: string, pick: (queue: QueueLoad) => number])[] = [
  ['switchyard_queue_waiting', 'Jobs that wait in the queue.', (queue) => queue.waiting],
  ['switchyard_queue_active', 'Jobs of the queue in work, over all instances.', (queue) => queue.active],
  ['switchyard_queue_oldest_seconds', 'Age of the oldest waiting job: what to scale by.', (queue) => queue.oldestMs / 1_000],
];

/** Puts the backlog of an app's own queues among its metrics; read when they are scraped. */
export function exportBacklog(backlog: Backlog, queues: readonly QueueName[]): void {
  for (const [name, help, pick] of figures) {
    registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      labelNames: ['queue'],
      registers: [registry],
      async collect() {
        // A scrape while Redis is away shows no figure rather than an old one.
        this.reset();
        const read = await backlog.read().catch(() => undefined);
        if (read) for (const queue of queues) this.set({ queue }, pick(read[queue]));
      },
    });
  }
}
