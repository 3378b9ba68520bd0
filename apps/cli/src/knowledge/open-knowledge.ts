import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RebuildableStore } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { isOnSite } from '@switchyard/local-models';
import { openEmbeddedStore, openQdrantStore } from '@switchyard/vector-store';
import { z } from 'zod';

const Settings = z.object({
  QDRANT_URL: z.url({ protocol: /^https?$/ }).optional(),
  QDRANT_API_KEY: z.string().min(1).optional(),
  QDRANT_REPLICATION: z.coerce.number().int().min(1).max(9).default(1),
});

export interface KnowledgePlace {
  readonly dataDirectory: string;
  /** Qdrant must be on a private network. */
  readonly onSiteOnly: boolean;
  /** `QDRANT_URL`, `QDRANT_API_KEY` and `QDRANT_REPLICATION`, as the retrieval tier has them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fingerprint of the embedding model. */
  readonly space?: string | undefined;
}

/**
 * The knowledge base that the retrieval tier with the same settings has.
 * @throws MeshError CONFIG_INVALID where there is none, or it must not be asked
 */
export async function openKnowledge({ dataDirectory, onSiteOnly, environment, space }: KnowledgePlace): Promise<RebuildableStore> {
  const { QDRANT_URL, QDRANT_API_KEY, QDRANT_REPLICATION } = environment;
  const settings = Settings.safeParse({ QDRANT_URL: QDRANT_URL || undefined, QDRANT_API_KEY: QDRANT_API_KEY || undefined, QDRANT_REPLICATION: QDRANT_REPLICATION || undefined });
  if (!settings.success) {
    const [issue] = settings.error.issues;
    const field = String(issue?.path[0]);
    throw new MeshError('CONFIG_INVALID', `${field}: ${issue?.message}`, { field });
  }
  const { QDRANT_URL: url, QDRANT_API_KEY: apiKey, QDRANT_REPLICATION: replication } = settings.data;
  const model = space === undefined ? {} : { space };
  if (url !== undefined) {
    if (onSiteOnly && !(await isOnSite(url))) throw new MeshError('CONFIG_INVALID', 'nothing may leave this site, and Qdrant is not on a private network', { field: 'QDRANT_URL' });
    return openQdrantStore({ url, replication, ...(apiKey === undefined ? {} : { apiKey }), ...model });
  }
  const file = join(dataDirectory, 'knowledge.db');
  // Opening would make an empty one.
  if (!existsSync(file)) throw new MeshError('CONFIG_INVALID', `there is no knowledge base ${file}; --data names the data folder of the retrieval tier, QDRANT_URL a Qdrant`, { field: 'DATA_DIR' });
  return openEmbeddedStore({ file, ...model });
}
