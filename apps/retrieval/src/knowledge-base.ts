import type { OnApplicationShutdown } from '@nestjs/common';
import type { Embedder, Reranker, VectorStore } from '@switchyard/contracts';
import type { Synonyms } from '@switchyard/knowledge';
import type { Logger } from '@switchyard/telemetry';
import type { VectorBacklog } from './embed/vector-backlog.js';
import type { ReadingThreads } from './ingest/read/reading-threads.js';

/** `KnowledgeBase` */
export const KNOWLEDGE_BASE = Symbol('retrieval.knowledge-base');

export interface KnowledgeParts {
  /** Absent: everything is found by its words alone. */
  readonly embedder?: Embedder | undefined;
  /** Uploaded documents that wait for their vectors. */
  readonly backlog?: VectorBacklog | undefined;
  /** Absent: titles and words put passages in order. */
  readonly reranker?: Reranker | undefined;
  /** What is used for one another on this site; absent: the built-in synonyms alone. */
  readonly synonyms?: Synonyms | undefined;
  readonly logger?: Pick<Logger, 'warn'> | undefined;
  /** Ends what goes on beside the jobs. */
  readonly end?: (() => Promise<void>) | undefined;
}

/** What ingesting and searching share. */
export class KnowledgeBase implements OnApplicationShutdown {
  readonly embedder: Embedder | undefined;
  readonly backlog: VectorBacklog | undefined;
  readonly reranker: Reranker | undefined;
  readonly synonyms: Synonyms | undefined;
  readonly logger: Pick<Logger, 'warn'> | undefined;
  private readonly end: (() => Promise<void>) | undefined;

  constructor(
    readonly store: VectorStore,
    readonly reader: ReadingThreads,
    { embedder, backlog, reranker, synonyms, logger, end }: KnowledgeParts = {},
  ) {
    this.embedder = embedder;
    this.backlog = backlog;
    this.reranker = reranker;
    this.synonyms = synonyms;
    this.logger = logger;
    this.end = end;
  }

  /** Nest calls it after the transports have closed, so nothing is in work. */
  async onApplicationShutdown(): Promise<void> {
    await this.end?.();
    await this.reader.close();
    await this.store.close();
  }
}
