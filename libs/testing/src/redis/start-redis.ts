import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runServer, type Server } from './run-server.js';

/** When Redis makes the disk keep what it has written: before it answers, once a second, or when the system likes to. */
export type AppendFsync = 'always' | 'everysec' | 'no';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Kills the server at once, as a crash would; its data stays for `restart`. */
  crash(): Promise<void>;
  /** Starts the server again on the same port. Empty, unless it was started with `durable` or `appendfsync`. */
  restart(): Promise<void>;
  /** Stops the process where it is: connections stay, and are still opened, but nothing is answered until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface TestRedisOptions {
  /** Keeps an append-only file, so that data survives `crash` and `restart`: short for `appendfsync: 'always'`. */
  readonly durable?: boolean;
  /** Keeps an append-only file, synced as told. */
  readonly appendfsync?: AppendFsync;
  /** The most that it holds, in bytes; beyond that it refuses writes. */
  readonly maxmemory?: number;
}

/**
 * A private redis-server on a free port of 127.0.0.1, ready when the promise resolves.
 * @throws when `redis-server` is not on the PATH or does not start.
 */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-redis-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    return asTestRedis(await runServer({ folder, settings: () => redisSettings(options) }), remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The configuration lines of a server that keeps data as the options say. */
export function redisSettings({ durable = false, appendfsync = durable ? 'always' : undefined, maxmemory = 0 }: TestRedisOptions): readonly string[] {
  const durability = appendfsync === undefined ? ['appendonly no'] : ['appendonly yes', `appendfsync ${appendfsync}`];
  return ['save ""', ...durability, `maxmemory ${maxmemory}`, 'maxmemory-policy noeviction'];
}

/** The server as a test handles it; `remove` is what `stop` does when it is dead. */
export function asTestRedis({ port, kill, restart, freeze, thaw }: Server, remove: () => Promise<void>): TestRedis {
  const stop = async (): Promise<void> => {
    await kill();
    await remove();
  };
  return { url: `redis://127.0.0.1:${port}`, port, stop, crash: kill, restart, freeze, thaw };
}
