import { createRedis, openRedis, type RedisConnection } from '@switchyard/queue';
import { Redis } from 'ioredis';
import { pause } from '../client/pause.ts';

const BLOCKING: ReadonlySet<string> = new Set(['bzpopmin', 'xread', 'xreadgroup']);
const LOOK_EVERY_MS = 20;

/** The names of the connections that wait for something to come: each process has one for each queue or stream that it reads. */
async function waiting(redis: RedisConnection): Promise<string[]> {
  const list = String(await redis.call('CLIENT', 'LIST'));
  return list.split('\n').flatMap((line) => {
    const fields = new Map(line.split(' ').map((field) => field.split('=', 2) as [string, string]));
    const [name, command] = [fields.get('name') ?? '', fields.get('cmd') ?? ''];
    return name.startsWith('switchyard:') && BLOCKING.has(command) ? [name] : [];
  });
}

/** Whoever reads a Redis, looked at from outside: what a process says of itself may be wrong. */
export class ReaderWatch {
  readonly #redis: Redis;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  static async open(url: string): Promise<ReaderWatch> {
    const redis = createRedis(url, 'patient', 'chaos:watch');
    if (!(redis instanceof Redis)) throw new Error('one server is watched, not a cluster');
    await openRedis([redis], url);
    return new ReaderWatch(redis);
  }

  /** All that are seen waiting within the time; one that has work is not at every moment. */
  async seen(withinMs: number): Promise<Set<string>> {
    const names = new Set<string>();
    for (const until = performance.now() + withinMs; performance.now() < until; await pause(LOOK_EVERY_MS)) for (const name of await waiting(this.#redis)) names.add(name);
    return names;
  }

  /** Waits until each of the names was seen waiting, and tells how long that took and which was the last; those that were not in time are told. */
  async untilAll(names: ReadonlySet<string>, withinMs: number): Promise<{ readonly tookMs: number; readonly last: string; readonly missing: readonly string[] }> {
    const missing = new Set(names);
    const from = performance.now();
    let last = '';
    while (missing.size > 0 && performance.now() - from < withinMs) {
      for (const name of await waiting(this.#redis)) if (missing.delete(name)) last = name;
      if (missing.size > 0) await pause(LOOK_EVERY_MS);
    }
    return { tookMs: performance.now() - from, last, missing: [...missing] };
  }

  close(): void {
    this.#redis.disconnect();
  }
}
