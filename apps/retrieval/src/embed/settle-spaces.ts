import type { Embedder, VectorStore } from '@switchyard/contracts';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';

/**
 * Whether the model in use may be used: not where a collection that is asked holds vectors of another one. With `replace` those
 * go, so that all documents get new ones; else the log says what to do, and the collections are searched by their words.
 */
export async function settleSpaces(site: Pick<Site, 'settings'>, { store, embedder, replace, logger }: { readonly store: VectorStore; readonly embedder: Embedder; readonly replace: boolean; readonly logger: Pick<Logger, 'error' | 'info'> }): Promise<boolean> {
  let fits = true;
  for (const { id: tenant, collection } of site.settings.tenants) {
    const scope = { tenant, collection };
    const held = await store.space(scope);
    if (!held || (held.fingerprint === embedder.fingerprint && held.dimension === embedder.dimension)) continue;
    const facts = { code: 'MODEL_MISMATCH', tenant, collection, holds: held, inUse: embedder.fingerprint };
    if (replace) {
      await store.forgetVectors(scope);
      logger.info(facts, 'the vectors of another embedding model are gone; the documents of the site get new ones, others when they are uploaded again');
    } else {
      fits = false;
      logger.error(facts, 'the collection holds vectors of another embedding model, so none is used; start once with REPLACE_VECTORS=true to replace them');
    }
  }
  return fits;
}
