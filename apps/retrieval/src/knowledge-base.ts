import type { OnApplicationShutdown } from '@nestjs/common';
import type { Embedder, VectorStore } from '@switchyard/contracts';
import type { ReadingThreads } from './ingest/read/reading-threads.js';

/** `KnowledgeBase` */
export const KNOWLEDGE_BASE = Symbol('retrieval.knowledge-base');

/** What ingesting and searching share. Without an embedder everything is found by its words alone. */
export class KnowledgeBase implements OnApplicationShutdown {
  constructor(
    readonly store: VectorStore,
    readonly reader: ReadingThreads,
    readonly embedder?: Embedder,
  ) {}

  /** Nest calls it after the transports have closed, so nothing is in work. */
  async onApplicationShutdown(): Promise<void> {
    await this.reader.close();
    await this.store.close();
  }
}
