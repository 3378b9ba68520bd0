import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

/** How often another port is tried when the chosen one was taken between the probe and the bind. */
const TRIES = 5;

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Kills the server at once, as a crash would; its data stays for `restart`. */
  crash(): Promise<void>;
  /** Starts the server again on the same port. Empty, unless it was started with `durable`. */
  restart(): Promise<void>;
}

export interface TestRedisOptions {
  /** Keeps an append-only file, so that data survives `crash` and `restart`. */
  readonly durable?: boolean;
}

/**
 * A private redis-server on a free port of 127.0.0.1, ready when the promise resolves.
 * @throws when `redis-server` is not on the PATH or does not start.
 */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-redis-'));
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      let server = await launch(port, folder, options);
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        stop: async () => {
          await end(server, 'SIGTERM');
          await rm(folder, { recursive: true, force: true });
        },
        crash: () => end(server, 'SIGKILL'),
        restart: async () => {
          server = await launch(port, folder, options);
        },
      };
    } catch (error) {
      if (attempt < TRIES && error instanceof Error && error.message.includes('Address already in use')) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

async function launch(port: number, folder: string, options: TestRedisOptions): Promise<ChildProcess> {
  const durability = options.durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...durability, '--maxmemory-policy', 'noeviction', '--daemonize', 'no'];
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killWithParent = (): void => void server.kill('SIGKILL');
  process.once('exit', killWithParent);
  server.once('exit', () => process.off('exit', killWithParent));
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Ready to accept connections')) resolve();
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)));
  });
  return server;
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
