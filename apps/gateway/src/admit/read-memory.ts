import { asQueueError, redisServers, type RedisConnection } from '@switchyard/queue';

const CACHE_MS = 1_000;

/**
 * The share of a Redis' memory that is used, 0 to 1, as its INFO tells; the fullest server of a cluster. Where no
 * `maxmemory` is set the machine's memory is the limit, since beyond it the system ends the process.
 */
export function memoryShare(info: string): number {
  const read = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = read('maxmemory') || read('total_system_memory');
  return limit === 0 ? 0 : read('used_memory') / limit;
}

/** Reads it, a second old at most. */
export class RedisMemory {
  private cached: { readonly at: number; readonly value: Promise<number> } | undefined;

  constructor(private readonly redis: RedisConnection) {}

  /** @throws MeshError QUEUE_UNAVAILABLE */
  share(): Promise<number> {
    const now = performance.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) {
      const value = asQueueError(Promise.all(redisServers(this.redis).map((server) => server.info('memory')))).then((infos) => Math.max(0, ...infos.map(memoryShare)));
      value.catch(() => (this.cached = undefined));
      this.cached = { at: now, value };
    }
    return this.cached.value;
  }
}
