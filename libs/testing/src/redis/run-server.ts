import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { killWithParent } from './kill-with-parent.js';

/** How often other ports are tried when a chosen one was taken between the probe and the bind. */
const TRIES = 5;
const READY = /Ready to accept connections|\+monitor master/;

export interface ServerPlan {
  /** Holds the configuration, and the data in `data/`. Whoever made it removes it. */
  readonly folder: string;
  /** The lines of the configuration besides address and folder. The second port is free too, for the bus of a cluster. */
  settings(port: number, busPort: number): readonly string[];
  readonly sentinel?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly port: number;
  readonly busPort: number;
  readonly isRunning: () => boolean;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** Starts it again with the configuration as it has rewritten it meanwhile. @throws when it runs or does not start. */
  readonly restart: () => Promise<void>;
  /** SIGSTOP and SIGCONT: a process that is there and does nothing. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/**
 * A `redis-server` process on a free port of 127.0.0.1 that accepts connections when the promise resolves.
 * @throws when `redis-server` is not on the PATH or does not start; the message holds what it wrote.
 */
export async function runServer(plan: ServerPlan): Promise<Server> {
  // A file and not flags: Sentinel makes servers rewrite it, so that a role outlives a restart.
  const file = join(plan.folder, plan.sentinel ? 'sentinel.conf' : 'redis.conf');
  const data = join(plan.folder, 'data');
  await mkdir(data, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const [port, busPort] = [await freePort(), await freePort()];
    const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${JSON.stringify(data)}`, 'daemonize no', ...plan.settings(port, busPort)];
    await writeFile(file, `${lines.join('\n')}\n`);
    try {
      return control(port, busPort, await launch(file, plan), () => launch(file, plan));
    } catch (error) {
      if (attempt < TRIES && error instanceof Error && error.message.includes('Address already in use')) continue;
      throw error;
    }
  }
}

function control(port: number, busPort: number, first: ChildProcess, again: () => Promise<ChildProcess>): Server {
  let child = first;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    port,
    busPort,
    isRunning,
    kill: async () => {
      if (!isRunning()) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    restart: async () => {
      if (isRunning()) throw new Error(`the server on port ${port} is running`);
      child = await again();
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

async function launch(file: string, plan: ServerPlan): Promise<ChildProcess> {
  const child = spawn('redis-server', [file, ...(plan.sentinel ? ['--sentinel'] : [])], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...plan.env } });
  killWithParent(child);
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!READY.test(output)) return;
      // From here on the log is only drained: a full pipe would block the server.
      for (const stream of [child.stdout, child.stderr]) stream.off('data', read).resume();
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', read);
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`redis-server ended with ${code ?? signal}: ${output}`)));
  });
  return child;
}
