import { waitFor } from '../wait-for.js';
import { askRedis } from './ask-redis.js';
import type { Server } from './run-server.js';
import { readNodes, strangers } from './see-cluster.js';

const SLOTS = 16_384;

/**
 * Makes a cluster of empty nodes: the first `masters` share the slots, the others become their replicas, as many for each.
 * It is whole some time after; `seeCluster` tells.
 * @throws when a node refuses, or when they do not find together.
 */
export async function formCluster(servers: readonly Server[], masters: number): Promise<void> {
  // Nodes that meet with the same epoch would first have to settle who comes first; and one that was met takes no epoch any more.
  await Promise.all(servers.map(({ port }, index) => askRedis(port, (redis) => redis.cluster('SET-CONFIG-EPOCH', index + 1))));
  await Promise.all(
    servers.map(({ port }, index) =>
      askRedis(port, async (redis) => {
        if (index < masters) await redis.cluster('ADDSLOTSRANGE', share(index, masters), share(index + 1, masters) - 1);
        // Everybody meets everybody: to learn of the others by gossip takes seconds.
        for (const other of servers.slice(index + 1)) await redis.cluster('MEET', '127.0.0.1', other.port, other.busPort);
      }),
    ),
  );
  if (servers.length === masters) return;
  await waitFor(async () => (await Promise.all(servers.map((server) => strangers(server, servers)))).flat().length === 0, 30_000, 50);
  const each = servers.length / masters - 1;
  for (const [index, replica] of servers.slice(masters).entries()) {
    const master = servers[Math.floor(index / each)];
    await askRedis(replica.port, async (redis) => {
      const id = (await readNodes(redis)).find(({ port }) => port === master?.port)?.id;
      await redis.cluster('REPLICATE', id ?? '');
    });
  }
}

/** The first slot of the part that the master at `index` serves. */
function share(index: number, masters: number): number {
  return Math.floor((index * SLOTS) / masters);
}
