import { Controller, Inject } from '@nestjs/common';
import { ListDocumentsJob, SearchJob, type JobContext, type JobInput, type ListDocumentsResult, type SearchResult } from '@switchyard/contracts';
import { searchKnowledge } from '@switchyard/knowledge';
import { Handles } from '@switchyard/queue';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { searchPorts } from './search-ports.js';

/** The knowledge base as the API shows it: ranked passages, and the documents of a collection. */
@Controller()
export class SearchProcessor {
  constructor(@Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase) {}

  @Handles(SearchJob)
  async search(job: JobInput<typeof SearchJob>, context: JobContext): Promise<SearchResult> {
    const { collection, limit } = job.body;
    const { query, filter, validAt = new Date(context.now()).toISOString() } = job.private;
    const hits = await searchKnowledge(searchPorts(this.base), { tenant: job.envelope.tenant, collection }, query, { limit, validAt, signal: context.signal, ...(filter ? { filter } : {}) });
    return { passages: hits.map(({ passage: { documentId, title, text }, score, alsoIn }) => ({ documentId, title, text, score, ...(alsoIn ? { alsoIn: [...alsoIn] } : {}) })) };
  }

  @Handles(ListDocumentsJob)
  async list(job: JobInput<typeof ListDocumentsJob>): Promise<ListDocumentsResult> {
    const { collection, limit } = job.body;
    const documents = await this.base.store.documents({ tenant: job.envelope.tenant, collection }, limit);
    return { documents: documents.map(({ documentId, title, passages, updatedAt }) => ({ documentId, title, passages, updatedAt })) };
  }
}
