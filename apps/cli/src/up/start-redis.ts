import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { toMeshError } from '@switchyard/errors';
import { StartFailed } from './start-process.js';

export interface RunningRedis {
  readonly url: string;
  /** The server's process now; undefined where the Redis is somebody else's (`REDIS_URL`). */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Folders that a server may be in when the PATH of the shell does not name them (Homebrew, Debian). */
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/sbin'];

function findServer(path: string): string | undefined {
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of [...path.split(delimiter), ...FOLDERS]) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not there; the next one.
      }
    }
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The Redis that was given, of whatever kind, is reached: what it is not, each tier would say in its own log. */
async function requireRedis(url: string): Promise<void> {
  // Only here, since the transport takes half a second to load.
  const { createRedis, openRedis } = await import('@switchyard/queue');
  try {
    const redis = createRedis(url, 'impatient', 'switchyard:up');
    await openRedis([redis], url);
    redis.disconnect();
  } catch (error) {
    throw new StartFailed(toMeshError(error).detail, { cause: error });
  }
}

/** Waits until the server answers, and has read its append-only file. */
async function untilAnswers(url: string, withinMs: number): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const limit = setTimeout(() => client.disconnect(), withinMs);
  try {
    void client.connect().catch(() => undefined);
    for (;;) {
      const answer = await client.ping().catch((error: unknown) => (String(error).includes('LOADING') ? 'LOADING' : Promise.reject(error)));
      if (answer === 'PONG') return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch (error) {
    throw new StartFailed(`no Redis answers at ${new URL(url).host}`, { cause: error });
  } finally {
    clearTimeout(limit);
    client.disconnect();
  }
}

/** What the mesh wants of a Redis; docs/how-to/redis.md says why. */
const REDIS_SETTINGS = [
  ['--save', ''],
  ['--appendonly', 'yes'],
  ['--appendfsync', 'everysec'],
  ['--maxmemory-policy', 'noeviction'],
  // Sealed text does not become smaller, and trying cost half the time of a rewrite.
  ['--rdbcompression', 'no'],
  // A file of this size is read in seconds; at the 64 MB of Redis a busy mesh rewrites it every few.
  ['--auto-aof-rewrite-min-size', '256mb'],
  // Jobs and records have one or two long fields: so they are one piece of memory each, instead of one for every field.
  ['--hash-max-listpack-value', '4096'],
].flat();

/** A server that ends on its own is started again after this long. */
const RESTART_MS = 200;

/**
 * The Redis of the mesh: the given one, or a private server on a free port of the loopback, with an append-only file
 * flushed every second and no eviction, its data below `directory`. A private one that ends on its own is started again
 * on the same port with what it had written; `onChange` is told.
 */
export async function startRedis(givenUrl: string | undefined, directory: string, path: string, onChange: (state: 'ended' | 'ready') => void = () => undefined): Promise<RunningRedis> {
  if (givenUrl !== undefined && givenUrl !== '') {
    await requireRedis(givenUrl);
    return { url: givenUrl, pid: () => undefined, stop: () => Promise.resolve() };
  }
  const server = findServer(path);
  if (server === undefined) throw new StartFailed('no redis-server on the PATH: run "npm run setup", or set REDIS_URL');
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const log = join(directory, 'redis.log');
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--daemonize', 'no', '--logfile', log, ...REDIS_SETTINGS];
  let child: ChildProcess;
  let exited: Promise<void>;
  let stopping = false;

  const launch = async (): Promise<void> => {
    const started = spawn(server, options, { stdio: 'ignore', detached: true });
    child = started;
    exited = new Promise<void>((resolve) => started.once('exit', () => resolve()));
    const failed = exited.then(() => Promise.reject(new StartFailed(`redis-server ended while starting; its log: ${log}`)));
    failed.catch(() => undefined);
    await Promise.race([untilAnswers(url, 60_000), failed]);
    void exited.then(async () => {
      if (stopping) return;
      onChange('ended');
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
        if (stopping) return;
        const isUp = await launch().then(
          () => true,
          () => false,
        );
        if (isUp) break;
      }
      onChange('ready');
    });
  };
  await launch();
  return {
    url,
    pid: () => child.pid,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exited;
    },
  };
}
