import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { createReranker } from '@switchyard/local-models';
import { ANSWER_CACHE, DocumentLedger, FileSpool, MESH_STATE, MeshModule, Readiness, REDIS, SEALER, type AnswerCache, type MeshState, type RedisConnection, type Sealer } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { createLogger, type Logger } from '@switchyard/telemetry';
import { RETRIEVAL_TIER, RetrieveProcessor, type RetrievalTier } from './compose/retrieve.processor.js';
import { keepFilling } from './embed/fill-vectors.js';
import { openEmbedder } from './embed/open-embedder.js';
import { settleSpaces } from './embed/settle-spaces.js';
import { VectorBacklog } from './embed/vector-backlog.js';
import { announceChanges } from './ingest/announce-changes.js';
import { INGEST_QUEUE, IngestProcessor, type IngestQueue } from './ingest/ingest.processor.js';
import { ingestSite } from './ingest/ingest-site.js';
import { ReadingThreads } from './ingest/read/reading-threads.js';
import { KNOWLEDGE_BASE, KnowledgeBase } from './knowledge-base.js';
import { openStore } from './open-store.js';
import type { RetrievalConfig } from './retrieval.config.js';
import { DOCUMENT_LEDGER, SearchProcessor } from './search/search.processor.js';
import { synonymsOfSite } from './search/site-synonyms.js';
import { VariantsProcessor } from './variants/variants.processor.js';

/** A folder of documents comes one by one; after that a thread's memory is worth more than its start. */
const IDLE_MS = 10_000;

@Module({ controllers: [RetrieveProcessor, SearchProcessor, VariantsProcessor, IngestProcessor] })
export class RetrievalModule {
  /** Wires the tier. Nest's start waits until the site's documents are in, so the tier is ready with its knowledge. */
  static register(config: RetrievalConfig, site: Site): DynamicModule {
    const egress = config.EGRESS === 'blocked' ? 'blocked' : site.settings.egress;
    return {
      module: RetrievalModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        {
          provide: KNOWLEDGE_BASE,
          inject: [ANSWER_CACHE, Readiness],
          useFactory: (answers: AnswerCache, readiness: Readiness) => openKnowledgeBase(config, site, { egress, answers, readiness, logger: createLogger('retrieval', config.LOG_LEVEL) }),
        },
        { provide: DOCUMENT_LEDGER, inject: [REDIS], useFactory: (redis: RedisConnection) => new DocumentLedger(redis) },
        { provide: INGEST_QUEUE, inject: [REDIS, SEALER, DOCUMENT_LEDGER], useFactory: (redis: RedisConnection, sealer: Sealer, ledger: DocumentLedger): IngestQueue => ({ spool: new FileSpool(redis, sealer), ledger }) },
        {
          provide: RETRIEVAL_TIER,
          inject: [MESH_STATE, ANSWER_CACHE],
          useFactory: (state: MeshState, answers: AnswerCache): RetrievalTier => ({ site, answers, readMesh: (tenant, conversationId) => state.read(tenant, conversationId) }),
        },
      ],
    };
  }
}

interface BaseNeeds {
  readonly egress: 'allowed' | 'blocked';
  readonly answers: AnswerCache;
  readonly readiness: Readiness;
  readonly logger: Logger;
}

async function openKnowledgeBase(config: RetrievalConfig, site: Site, { egress, answers, readiness, logger }: BaseNeeds): Promise<KnowledgeBase> {
  const synonyms = synonymsOfSite(site);
  const named = await openEmbedder(config, site, egress, logger);
  const reranker = config.RERANKER_URL === undefined ? undefined : await createReranker({ url: config.RERANKER_URL, model: config.RERANKER_MODEL, timeoutMs: config.RERANKER_TIMEOUT_MS, onSiteOnly: egress === 'blocked' });
  const store = announceChanges(await openStore(config, { embedder: named, egress, readiness, logger }), (tenant) => answers.forget(tenant));
  const reader = new ReadingThreads({ threads: config.INGEST_THREADS, timeMs: config.INGEST_READ_TIMEOUT_MS, memoryMb: config.INGEST_MEMORY_MB, idleMs: IDLE_MS });
  const embedder = named && (await settleSpaces(site, { store, embedder: named, replace: config.REPLACE_VECTORS, logger })) ? named : undefined;
  const began = performance.now();
  const { invalid, shadowed, ...counts } = await ingestSite(site, { store, reader, embedder, signal: new AbortController().signal }, logger);
  logger.info({ ...counts, invalid: invalid.length, shadowed: shadowed.length, embedder: embedder?.fingerprint ?? null, tookMs: Math.round(performance.now() - began) }, 'the documents of the site are in');
  if (!embedder) return new KnowledgeBase(store, reader, { reranker, synonyms, logger });
  const backlog = new VectorBacklog(join(config.DATA_DIR, 'vectors', 'backlog'));
  const end = new AbortController();
  const stop = keepFilling({ site, backlog, logger, indexing: { store, reader, embedder, signal: end.signal } });
  const endFilling = async (): Promise<void> => {
    end.abort();
    await stop();
  };
  return new KnowledgeBase(store, reader, { embedder, backlog, reranker, synonyms, logger, end: endFilling });
}
