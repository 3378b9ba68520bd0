import { Cluster } from 'ioredis';
import { MeshError } from '@switchyard/errors';
import { redisServers, type RedisConnection } from '../connect/open-redis.js';
import type { MeshConfig } from './mesh.js';

/**
 * What a client may believe of an accepted request. `standard`: it survives a crash of Redis; a power cut may take what
 * was accepted in the last second or two. `durable`: it survives that as well.
 */
export interface DurabilityProfile {
  readonly name: 'standard' | 'durable';
  /** Replicas that must have it before it counts as accepted. */
  readonly replicas: number;
  readonly waitMs: number;
}

/** Longer than a replica needs, shorter than a client's patience. */
const WAIT_MS = 2_000;

/**
 * The profile that the configuration names, where this Redis can keep it: an append-only file that is flushed at every
 * write, or replicas that are waited for. Where a replica takes over from a master that has lost its power, the file of the
 * old one counts for nothing: so then replicas must be waited for.
 * @throws MeshError CONFIG_INVALID where it cannot, so that a promise fails the start and not the power cut
 */
export async function checkDurability(redis: RedisConnection, config: Pick<MeshConfig, 'DURABILITY' | 'DURABLE_REPLICAS'>): Promise<DurabilityProfile> {
  const { DURABILITY: name = 'standard', DURABLE_REPLICAS: replicas = 0 } = config;
  if (name === 'standard') return { name, replicas: 0, waitMs: WAIT_MS };
  const bad = (detail: string, field = 'DURABILITY'): MeshError => new MeshError('CONFIG_INVALID', detail, { field });
  if (replicas > 0) {
    if (redis instanceof Cluster) throw bad('DURABLE_REPLICAS: a cluster cannot be waited for; use appendfsync always on its nodes', 'DURABLE_REPLICAS');
    return { name, replicas, waitMs: WAIT_MS };
  }
  const mayFailOver = redis instanceof Cluster ? redis.nodes('slave').length > 0 : Boolean(redis.options.sentinels);
  if (mayFailOver) throw bad(redis instanceof Cluster ? 'DURABILITY: a cluster is "durable" without replicas only: one that takes over may lack what its master had accepted last' : 'DURABILITY: "durable" behind sentinels needs DURABLE_REPLICAS: a replica that takes over may lack what its master had accepted last');
  for (const server of redisServers(redis)) {
    const settings = await Promise.all(['appendonly', 'appendfsync'].map(async (setting) => ((await server.config('GET', setting).catch(() => [])) as string[])[1]));
    if (settings[0] !== 'yes' || settings[1] !== 'always') {
      throw bad('DURABILITY: "durable" needs a Redis with "appendonly yes" and "appendfsync always" (which CONFIG GET must be allowed to tell), or DURABLE_REPLICAS');
    }
  }
  return { name, replicas: 0, waitMs: WAIT_MS };
}
