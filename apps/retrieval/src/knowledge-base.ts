import type { OnApplicationShutdown } from '@nestjs/common';
import type { Embedder, VectorStore } from '@switchyard/contracts';
import type { VectorBacklog } from './embed/vector-backlog.js';
import type { ReadingThreads } from './ingest/read/reading-threads.js';

/** `KnowledgeBase` */
export const KNOWLEDGE_BASE = Symbol('retrieval.knowledge-base');

/** What ingesting and searching share. Without an embedder everything is found by its words alone. */
export class KnowledgeBase implements OnApplicationShutdown {
  constructor(
    readonly store: VectorStore,
    readonly reader: ReadingThreads,
    readonly embedder?: Embedder,
    /** Uploaded documents that wait for their vectors. */
    readonly backlog?: VectorBacklog,
    /** Ends what goes on beside the jobs. */
    private readonly end: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Nest calls it after the transports have closed, so nothing is in work. */
  async onApplicationShutdown(): Promise<void> {
    await this.end();
    await this.reader.close();
    await this.store.close();
  }
}
