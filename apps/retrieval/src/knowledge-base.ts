import type { OnApplicationShutdown } from '@nestjs/common';
import type { Embedder, VectorStore } from '@switchyard/contracts';

/** `KnowledgeBase` */
export const KNOWLEDGE_BASE = Symbol('retrieval.knowledge-base');

/** What ingesting and searching share. Without an embedder everything is found by its words alone. */
export class KnowledgeBase implements OnApplicationShutdown {
  constructor(
    readonly store: VectorStore,
    readonly embedder?: Embedder,
  ) {}

  /** Nest calls it after the transports have closed, so nothing is in work. */
  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
