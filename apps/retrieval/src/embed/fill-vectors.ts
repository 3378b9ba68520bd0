import type { Embedder, KnowledgeScope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import { contentHashOf, indexDocument, type Indexing, type SourceDocument } from '../ingest/index-document.js';
import { SITE_ORIGIN } from '../ingest/ingest-site.js';
import type { VectorBacklog } from './vector-backlog.js';

/** How often it is looked whether documents wait for their vectors. */
const FILL_EVERY_MS = 30_000;

export interface Filling {
  readonly site: Pick<Site, 'settings' | 'knowledge'>;
  readonly indexing: Indexing & { readonly embedder: Embedder };
  readonly backlog: VectorBacklog;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

async function* waitingDocuments({ site, backlog }: Filling): AsyncGenerator<{ scope: KnowledgeScope; source: SourceDocument }> {
  for (const { id, collection } of site.settings.tenants) {
    for (const { path, content } of site.knowledge) yield { scope: { tenant: id, collection }, source: { documentId: path, fileName: path, content, origin: SITE_ORIGIN } };
  }
  yield* backlog.documents();
}

/**
 * Gives vectors to the documents that were stored without, and are still as they were then; returns how many got theirs. Ends with
 * the first that the model does not embed: it is still away.
 */
export async function fillVectors(filling: Filling): Promise<number> {
  const { indexing, backlog, logger } = filling;
  let filled = 0;
  for await (const { scope, source } of waitingDocuments(filling)) {
    const stored = await indexing.store.document(scope, source.documentId);
    // Deleted or replaced since: nothing waits here any more.
    const waits = stored?.contentHash === contentHashOf(source, undefined);
    if (waits) {
      try {
        await indexDocument(scope, source, indexing);
        filled += 1;
      } catch (error) {
        if (!MeshError.is(error)) throw error;
        if (error.code !== 'MODEL_UNAVAILABLE' && error.code !== 'MODEL_OVERLOADED') logger.warn({ documentId: source.documentId, code: error.code, detail: error.detail }, 'a document gets no vector');
        if (error.code.startsWith('MODEL_')) break;
      }
    }
    if (source.origin !== SITE_ORIGIN) await backlog.remove(scope, source.documentId);
  }
  if (filled > 0) logger.info({ documents: filled }, 'documents got the vectors that they waited for');
  return filled;
}

/** Fills now and again, until the returned function is called; it resolves when nothing is in work any more. */
export function keepFilling(filling: Filling, everyMs = FILL_EVERY_MS): () => Promise<void> {
  let work: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    work = work.then(() => fillVectors(filling)).catch((error: unknown) => filling.logger.warn({ code: MeshError.is(error) ? error.code : 'UNKNOWN' }, 'vectors could not be filled in'));
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await work;
  };
}
