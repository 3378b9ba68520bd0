import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait-for.js';
import { askRedis } from './ask-redis.js';
import { readMaster, seeGroup } from './see-sentinel-group.js';
import { runServer, type Server } from './run-server.js';
import { redisSettings } from './start-redis.js';

export interface TestSentinelOptions {
  /** What the sentinels call the master. */
  readonly name?: string;
  /** A master takes writes only with so many replicas that were in touch within so many seconds. */
  readonly minReplicasToWrite?: number;
  readonly minReplicasMaxLag?: number;
  /** After how long a silence a sentinel takes a server for dead. */
  readonly downAfterMs?: number;
  /** How long a failover may take before another sentinel tries; an undecided vote is repeated after twice as long. */
  readonly failoverTimeoutMs?: number;
}

export interface TestSentinel {
  /** `redis+sentinel://127.0.0.1:P1,127.0.0.1:P2,127.0.0.1:P3/NAME` */
  readonly url: string;
  readonly name: string;
  /** In the form that ioredis takes. */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** The port of the master that most sentinels name. */
  master(): Promise<number>;
  /** Kills the current master at once. @returns its port */
  killMaster(): Promise<number>;
  /**
   * Starts whoever was killed, as it was configured: an old master comes back as a master, until the sentinels make it a
   * replica. Resolves when they have, and all are in sync.
   */
  restartKilled(): Promise<void>;
  /** Freezes the current master. @returns what thaws it */
  freezeMaster(): Promise<() => void>;
  /**
   * Resolves when all six run, every sentinel knows the five others, both replicas are in sync, and the master takes writes.
   * @throws after `timeoutMs` (a minute), naming what is missing
   */
  settled(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

const QUORUM = 2;
const POLL_MS = 50;

/**
 * One master, two replicas and three sentinels on free ports of 127.0.0.1, settled when the promise resolves.
 * @throws when one of them does not start, or when they do not settle.
 */
export async function startSentinel({ name = 'mesh', minReplicasToWrite = 1, minReplicasMaxLag = 2, downAfterMs = 2_000, failoverTimeoutMs = 3_000 }: TestSentinelOptions = {}): Promise<TestSentinel> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-sentinel-'));
  const all: Server[] = [];
  const run = async (label: string, settings: readonly string[], sentinel = false): Promise<Server> => {
    await mkdir(join(folder, label));
    const server = await runServer({ folder: join(folder, label), settings: () => settings, sentinel });
    all.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(all.map((server) => server.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // The delay waits for further replicas before a copy is sent; it would add 5 s to the start.
    const settings = [...redisSettings({ appendfsync: 'everysec' }), `min-replicas-to-write ${minReplicasToWrite}`, `min-replicas-max-lag ${minReplicasMaxLag}`, 'repl-diskless-sync-delay 0'];
    const first = await run('redis-0', settings);
    const replicas = await Promise.all(['redis-1', 'redis-2'].map((label) => run(label, [...settings, `replicaof 127.0.0.1 ${first.port}`])));
    const watch = [`sentinel monitor ${name} 127.0.0.1 ${first.port} ${QUORUM}`, `sentinel down-after-milliseconds ${name} ${downAfterMs}`, `sentinel failover-timeout ${name} ${failoverTimeoutMs}`, `sentinel parallel-syncs ${name} 1`];
    const sentinels = await Promise.all(['sentinel-0', 'sentinel-1', 'sentinel-2'].map((label) => run(label, watch, true)));
    // Sentinels ask a calm group every 10 s, so an old master would take 20 s to become a replica. During a failover they
    // ask once a second anyway: the gap that a client sees stays what it is in operation.
    await Promise.all(sentinels.map(({ port }) => askRedis(port, (redis) => redis.call('SENTINEL', 'DEBUG', 'info-period', 1_000, 'publish-period', 500))));
    const group = control(name, [first, ...replicas], sentinels, stop);
    await group.settled();
    return group;
  } catch (error) {
    await stop();
    throw error;
  }
}

function control(name: string, servers: readonly Server[], sentinels: readonly Server[], stop: () => Promise<void>): TestSentinel {
  const sentinelPorts = sentinels.map(({ port }) => port);
  const master = (): Promise<number> => waitFor(() => readMaster(sentinelPorts, name), 30_000, POLL_MS);
  const masterServer = async (): Promise<Server> => {
    const port = await master();
    const server = servers.find((one) => one.port === port);
    if (!server) throw new Error(`the sentinels name a master that is none of ours: port ${port}`);
    return server;
  };
  const settled = async (timeoutMs = 60_000): Promise<void> => {
    let missing: string | undefined;
    const isWhole = async (): Promise<boolean> => (missing = await seeGroup(sentinelPorts, servers.map(({ port }) => port), name)) === undefined;
    await waitFor(isWhole, timeoutMs, POLL_MS).catch((cause: unknown) => {
      throw new Error(`the group of sentinels did not settle within ${timeoutMs} ms: ${missing}`, { cause });
    });
  };
  return {
    url: `redis+sentinel://${sentinelPorts.map((port) => `127.0.0.1:${port}`).join(',')}/${name}`,
    name,
    sentinels: sentinelPorts.map((port) => ({ host: '127.0.0.1', port })),
    master,
    killMaster: async () => {
      const server = await masterServer();
      await server.kill();
      return server.port;
    },
    restartKilled: async () => {
      await Promise.all(servers.filter((server) => !server.isRunning()).map((server) => server.restart()));
      await settled();
    },
    freezeMaster: async () => {
      const server = await masterServer();
      server.freeze();
      return server.thaw;
    },
    settled,
    stop,
  };
}
