import type { KnowledgeScope, VectorStore } from '@switchyard/contracts';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import { eachDocument } from '@switchyard/vector-store';
import { isDocumentFault } from './read/document-fault.js';
import { indexAsFarAsPossible, type Indexing, type SourceDocument } from './index-document.js';

/** Documents with this origin follow the files of the site; others came through the API and are left alone. */
export const SITE_ORIGIN = 'site';
/** Documents in work at once: one is read while others are stored together. */
const AT_ONCE = 16;

export interface SiteIngest {
  readonly indexed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Files that cannot be read; each is logged with its name and reason. */
  readonly invalid: readonly string[];
  /** Files whose id an uploaded document has taken. */
  readonly shadowed: readonly string[];
}

function scopesOf(site: Pick<Site, 'settings'>): KnowledgeScope[] {
  return site.settings.tenants.map(({ id, collection }) => ({ tenant: id, collection }));
}

async function indexFile(scope: KnowledgeScope, source: SourceDocument, indexing: Indexing, logger: Logger): Promise<'indexed' | 'unchanged'> {
  // Found by its words for now: a model server that is away must not keep the knowledge base away.
  const { state, waits } = await indexAsFarAsPossible(scope, source, indexing);
  if (waits) logger.warn({ documentId: source.documentId, code: waits.code, detail: waits.detail }, 'indexed without a vector');
  // Files of the site have no orders, of which one could come too late.
  return state === 'unchanged' ? state : 'indexed';
}

/**
 * Brings every tenant's collection in step with the site's `knowledge/`: new and changed files are indexed, those of
 * vanished files removed. Repeating it, also in several instances at once, is harmless.
 */
export async function ingestSite(site: Pick<Site, 'settings' | 'knowledge'>, indexing: Indexing & { readonly store: VectorStore }, logger: Logger): Promise<SiteIngest> {
  const counts = { indexed: 0, unchanged: 0, removed: 0 };
  const invalid = new Set<string>();
  const shadowed = new Set<string>();
  const paths = new Set(site.knowledge.map(({ path }) => path));
  for (const scope of scopesOf(site)) {
    const queue = [...site.knowledge];
    const work = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) {
        const { path, content } = file;
        const stored = await indexing.store.document(scope, path);
        if (stored && stored.origin !== SITE_ORIGIN) {
          shadowed.add(path);
          continue;
        }
        try {
          counts[await indexFile(scope, { documentId: path, fileName: path, content, origin: SITE_ORIGIN }, indexing, logger)] += 1;
        } catch (error) {
          if (!isDocumentFault(error)) throw error;
          invalid.add(path);
          logger.error({ documentId: path, code: error.code, detail: error.detail }, 'a document of the site cannot be read');
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for await (const { documentId, origin } of eachDocument(indexing.store, scope)) {
      if (origin === SITE_ORIGIN && !paths.has(documentId) && (await indexing.store.deleteDocument(scope, documentId))) counts.removed += 1;
    }
  }
  return { ...counts, invalid: [...invalid], shadowed: [...shadowed] };
}
