import { Controller, Inject } from '@nestjs/common';
import { ListDocumentsJob, SearchJob, type JobContext, type JobInput, type ListDocumentsResult, type SearchResult } from '@switchyard/contracts';
import { searchKnowledge } from '@switchyard/knowledge';
import { Handles, type DocumentLedger } from '@switchyard/queue';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { listDocuments, statusOf } from './list-documents.js';
import { searchPorts } from './search-ports.js';

/** `DocumentLedger` */
export const DOCUMENT_LEDGER = Symbol('retrieval.document-ledger');

/** The knowledge base as the API shows it: ranked passages, and the documents of a collection. */
@Controller()
export class SearchProcessor {
  constructor(
    @Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase,
    @Inject(DOCUMENT_LEDGER) private readonly ledger: Pick<DocumentLedger, 'find' | 'findAll' | 'list'>,
  ) {}

  @Handles(SearchJob)
  async search(job: JobInput<typeof SearchJob>, context: JobContext): Promise<SearchResult> {
    const { collection, limit } = job.body;
    const { query, filter, validAt = new Date(context.now()).toISOString() } = job.private;
    const hits = await searchKnowledge(searchPorts(this.base), { tenant: job.envelope.tenant, collection }, query, { limit, validAt, signal: context.signal, ...(filter ? { filter } : {}) });
    return { passages: hits.map(({ passage: { documentId, title, text }, score, alsoIn }) => ({ documentId, title, text, score, ...(alsoIn ? { alsoIn: [...alsoIn] } : {}) })) };
  }

  @Handles(ListDocumentsJob)
  async list(job: JobInput<typeof ListDocumentsJob>, context: JobContext): Promise<ListDocumentsResult> {
    const { collection, limit, documentId, state, cursor } = job.body;
    const scope = { tenant: job.envelope.tenant, collection };
    const nowMs = context.now();
    const { store } = this.base;
    if (documentId === undefined) return listDocuments({ store, ledger: this.ledger, scope }, { limit, state, cursor, nowMs });
    const [stored, entry] = await Promise.all([store.document(scope, documentId), this.ledger.find({ ...scope, documentId })]);
    if (!stored && !entry) return { documents: [] };
    const status = statusOf(documentId, stored, entry, nowMs);
    return { documents: state === undefined || status.state === state ? [status] : [] };
  }
}
