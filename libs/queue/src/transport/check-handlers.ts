import type { JobContract, QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { jobsOf } from '../job-catalogue.js';

/**
 * Fails the start rather than the traffic: every kind of the app's queues has exactly one handler.
 * `counts`: kind -> how many methods handle it.
 * @throws MeshError HANDLER_MISSING or HANDLER_DUPLICATE, naming the kind.
 */
export function checkHandlers(queues: readonly QueueName[], counts: ReadonlyMap<string, number>, jobs: readonly JobContract[]): void {
  for (const queue of queues) {
    for (const { kind } of jobsOf(queue, jobs)) {
      const count = counts.get(kind) ?? 0;
      if (count === 0) throw new MeshError('HANDLER_MISSING', `no method of this app is marked @Handles for "${kind}" of the queue "${queue}"`, { field: kind });
      if (count > 1) throw new MeshError('HANDLER_DUPLICATE', `${count} methods of this app are marked @Handles for "${kind}"`, { field: kind });
    }
  }
}
