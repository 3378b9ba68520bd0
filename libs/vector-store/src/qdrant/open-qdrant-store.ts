import type { Logger } from '@switchyard/telemetry';
import type { Lease } from '../lease.js';
import { ALIAS, createHome, findHome, type Home } from './collections.js';
import { requireVersion } from './require-version.js';
import { QdrantCalls, type QdrantConnection } from './qdrant-calls.js';
import { QdrantStore } from './qdrant-store.js';
import { Sweeper } from './sweep.js';

export interface QdrantStoreOptions extends QdrantConnection {
  readonly logger?: Logger;
  /** Alias of the base, for several on one server; `switchyard_kb`. */
  readonly alias?: string;
  /** Fingerprint of the embedding model in use. Vectors that were stored under another one are not compared, and not mixed with its own. */
  readonly space?: string;
  /** How a rebuild shows that it is alive. */
  readonly lease?: Lease;
}

/**
 * Opens the knowledge base in Qdrant, or makes it where there is none.
 * @throws MeshError CONFIG_INVALID for a server of another version or a layout of another release;
 * DATABASE_UNAVAILABLE or STORE_REJECTED where the server is away or refuses
 */
export async function openQdrantStore({ logger, space, alias = ALIAS, lease, ...connection }: QdrantStoreOptions): Promise<QdrantStore> {
  const calls = new QdrantCalls(connection);
  try {
    const version = requireVersion(await calls.version());
    const home = (await findHome(calls, alias)) ?? (await found(calls, alias, connection.replication ?? 1));
    const sweeper = new Sweeper(calls, logger);
    sweeper.soon(home);
    logger?.info({ host: calls.host, version, collection: home.passages }, 'knowledge store opened');
    return new QdrantStore(calls, sweeper, alias, space, connection.replication, lease);
  } catch (error) {
    await calls.close();
    throw error;
  }
}

async function found(calls: QdrantCalls, alias: string, replication: number): Promise<Home> {
  const home = await createHome(calls, alias, 1, replication);
  await calls.switchAlias(alias, home.passages);
  return (await findHome(calls, alias)) ?? home;
}
