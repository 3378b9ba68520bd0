import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait-for.js';
import { formCluster } from './form-cluster.js';
import { runServer, type Server } from './run-server.js';
import { seeCluster } from './see-cluster.js';
import { redisSettings, type TestRedisOptions } from './start-redis.js';

export interface TestRedisClusterOptions extends Pick<TestRedisOptions, 'appendfsync' | 'maxmemory'> {
  readonly masters?: number;
  /** Replicas of each master. */
  readonly replicas?: number;
  /** After how long a silence the others take a node for dead. */
  readonly nodeTimeoutMs?: number;
}

export interface TestRedisCluster {
  /** `redis+cluster://127.0.0.1:P1,127.0.0.1:P2,…`, all nodes. */
  readonly url: string;
  /** The masters, then the replicas of the first, of the second and so on, as they were at the start. */
  readonly nodes: readonly { readonly host: string; readonly port: number; readonly busPort: number }[];
  /** Kills a node at once; its data stays for `restart`. */
  crash(index: number): Promise<void>;
  /** Starts a node again. Resolves when the others see it; when it was the last one away, when the cluster serves every slot. */
  restart(index: number): Promise<void>;
  /**
   * Resolves when all nodes that run see each other, and, if that is all of them, serve every slot and have their replicas in sync.
   * @throws after `timeoutMs` (a minute), naming what is missing
   */
  settled(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 50;

/**
 * A Redis cluster on free ports of 127.0.0.1 that serves every slot when the promise resolves. It keeps an append-only
 * file (`everysec`, unless told otherwise), so that a node that crashed comes back with its data: all of it with
 * `always`, with `everysec` what it had written, which on a slow disk is up to two seconds behind what it acknowledged
 * (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
 * @throws when a node does not start, or when they do not find together.
 */
export async function startRedisCluster({ masters = 3, replicas = 0, nodeTimeoutMs = 2_000, appendfsync = 'everysec', ...options }: TestRedisClusterOptions = {}): Promise<TestRedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-cluster-'));
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const settings = [...redisSettings({ appendfsync, ...options }), 'cluster-enabled yes', `cluster-node-timeout ${nodeTimeoutMs}`, 'repl-diskless-sync-delay 0'];
    for (let index = 0; index < masters * (1 + replicas); index++) {
      const own = join(folder, String(index));
      await mkdir(own);
      // Without this the bus would take the port + 10000, which nobody has made sure of.
      servers.push(await runServer({ folder: own, settings: (_port, busPort) => [...settings, `cluster-port ${busPort}`] }));
    }
    const cluster = control(servers, stop);
    await formCluster(servers, masters);
    await cluster.settled();
    return cluster;
  } catch (error) {
    await stop();
    throw error;
  }
}

function control(servers: readonly Server[], stop: () => Promise<void>): TestRedisCluster {
  const at = (index: number): Server => {
    const server = servers[index];
    if (!server) throw new Error(`the cluster has ${servers.length} nodes, none at ${index}`);
    return server;
  };
  const settled = async (timeoutMs = 60_000): Promise<void> => {
    let missing: string | undefined;
    await waitFor(async () => (missing = await seeCluster(servers)) === undefined, timeoutMs, POLL_MS).catch((cause: unknown) => {
      throw new Error(`the cluster did not settle within ${timeoutMs} ms: ${missing}`, { cause });
    });
  };
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes: servers.map(({ port, busPort }) => ({ host: '127.0.0.1', port, busPort })),
    crash: (index) => at(index).kill(),
    restart: async (index) => {
      await at(index).restart();
      await settled();
    },
    settled,
    stop,
  };
}
