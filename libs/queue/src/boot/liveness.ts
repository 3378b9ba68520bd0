import type { MeshLoad } from '../measure/backlog.js';
import type { QueueActivity } from '../transport/queue-strategy.js';

/**
 * A worker asks for jobs every two seconds at least while it has room. One that has not for this long, though jobs wait
 * for it, has gone silent: alive, without an error, and of no use. It happens (bullmq #4378, #4479, #4585), and only a
 * restart helps.
 */
export const SILENT_MS = 10_000;

/** What a process says of whether it lives: the queues of which it takes nothing though it could. */
export function silentQueues(activity: readonly QueueActivity[], load: MeshLoad, afterMs = SILENT_MS): QueueActivity['queue'][] {
  return activity.filter(({ queue, room, silentMs }) => room > 0 && silentMs > afterMs && load[queue].waiting > 0).map(({ queue }) => queue);
}

export interface Pulse {
  readonly alive: boolean;
  readonly checks: Readonly<Record<string, 'up' | 'silent'>>;
}

/** Whether the process does its work, beside answering HTTP. With Redis away nobody can take jobs, which no restart mends. */
export class Liveness {
  private readonly checks: (() => Promise<Record<string, 'up' | 'silent'>>)[] = [];

  add(check: () => Promise<Record<string, 'up' | 'silent'>>): void {
    this.checks.push(check);
  }

  async read(): Promise<Pulse> {
    // A check that cannot be made says nothing against the process.
    const read = await Promise.all(this.checks.map((check) => check().catch(() => ({}))));
    const checks: Record<string, 'up' | 'silent'> = Object.assign({}, ...read);
    return { alive: Object.values(checks).every((value) => value === 'up'), checks };
  }
}
