import type { Redis } from 'ioredis';
import { askRedis, readFields } from './ask-redis.js';
import type { Server } from './run-server.js';

export interface SeenNode {
  readonly id: string;
  readonly port: number;
  readonly isWell: boolean;
}

/** The nodes of the cluster as one of them sees them, itself among them. */
export async function readNodes(redis: Redis): Promise<readonly SeenNode[]> {
  const lines = String(await redis.cluster('NODES')).trim().split('\n');
  return lines.map((line) => {
    // id, address as ip:port@busPort, flags, master, ping, pong, epoch, state of the link
    const [id = '', address = '', flags = '', , , , , link] = line.split(' ');
    return { id, port: Number(/:(\d+)@/.exec(address)?.[1]), isWell: link === 'connected' && !/fail|handshake|noaddr/.test(flags) };
  });
}

/** The ports of those among `others` that `server` does not see well. */
export async function strangers(server: Server, others: readonly Server[]): Promise<readonly number[]> {
  const seen = await askRedis(server.port, readNodes);
  return others.map(({ port }) => port).filter((port) => !seen.some((node) => node.port === port && node.isWell));
}

/**
 * Asks every node that runs once.
 * @returns undefined when they see each other and, if all run, serve every slot and have their replicas in sync; else
 * what is missing, for people.
 */
export async function seeCluster(servers: readonly Server[]): Promise<string | undefined> {
  const running = servers.filter((server) => server.isRunning());
  const mustServe = running.length === servers.length;
  const faults = await Promise.all(running.map((server) => nodeFault(server, running, mustServe).catch((error: unknown) => `port ${server.port} does not answer: ${String(error)}`)));
  return faults.find((fault) => fault !== undefined);
}

async function nodeFault(server: Server, running: readonly Server[], mustServe: boolean): Promise<string | undefined> {
  const unseen = await strangers(server, running);
  if (unseen.length > 0) return `the node on ${server.port} does not see ${unseen.join(', ')}`;
  if (!mustServe) return undefined;
  const [cluster, replication] = await askRedis(server.port, async (redis) => [readFields(await redis.cluster('INFO')), readFields(await redis.info('replication'))] as const);
  if (cluster.get('cluster_state') !== 'ok') return `the node on ${server.port} says cluster_state:${cluster.get('cluster_state')}`;
  if (replication.get('role') === 'slave' && replication.get('master_link_status') !== 'up') return `the replica on ${server.port} is not in sync`;
  return undefined;
}
