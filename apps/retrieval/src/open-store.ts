import { join } from 'node:path';
import type { Embedder, VectorStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { isOnSite } from '@switchyard/local-models';
import type { Readiness } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import { openEmbeddedStore, openQdrantStore } from '@switchyard/vector-store';
import type { RetrievalConfig } from './retrieval.config.js';

/** For so long does a look at readiness wait for Qdrant. */
const READY_MS = 2_000;

export interface StoreNeeds {
  readonly embedder: Embedder | undefined;
  readonly egress: 'allowed' | 'blocked';
  readonly readiness: Pick<Readiness, 'add'>;
  readonly logger: Logger;
}

/**
 * The store of the knowledge base: Qdrant where one is named, else a file of this machine.
 * @throws MeshError CONFIG_INVALID where it cannot be used as it is, or lies outside a site that nothing may leave
 */
export async function openStore(config: Pick<RetrievalConfig, 'DATA_DIR' | 'QDRANT_URL' | 'QDRANT_API_KEY' | 'QDRANT_REPLICATION'>, { embedder, egress, readiness, logger }: StoreNeeds): Promise<VectorStore> {
  const { QDRANT_URL: url, QDRANT_API_KEY: apiKey, QDRANT_REPLICATION: replication } = config;
  const space = embedder ? { space: embedder.fingerprint } : {};
  if (url === undefined) return openEmbeddedStore({ file: join(config.DATA_DIR, 'knowledge.db'), logger, ...space });
  if (egress === 'blocked' && !(await isOnSite(url))) throw new MeshError('CONFIG_INVALID', 'nothing may leave this site, and Qdrant is not on a private network', { field: 'QDRANT_URL' });
  const store = await openQdrantStore({ url, replication, logger, ...(apiKey === undefined ? {} : { apiKey }), ...space });
  readiness.add(async () => ({ qdrant: await store.ready(AbortSignal.timeout(READY_MS)).then(() => 'up' as const, () => 'down' as const) }));
  return store;
}
