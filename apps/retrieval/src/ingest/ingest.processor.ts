import { Controller, Inject } from '@nestjs/common';
import { IngestJob, type IngestResult, type JobContext, type JobInput, type KnowledgeScope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { Handles } from '@switchyard/queue';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { indexAsFarAsPossible, type SourceDocument } from './index-document.js';

/** Documents that come through the API: one at a time per instance, so that questions keep the thread. */
@Controller()
export class IngestProcessor {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(@Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase) {}

  @Handles(IngestJob)
  ingest(job: JobInput<typeof IngestJob>, context: JobContext): Promise<IngestResult> {
    const next = this.turn.then(() => this.run(job, context));
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async run(job: JobInput<typeof IngestJob>, context: JobContext): Promise<IngestResult> {
    context.signal.throwIfAborted();
    const { collection, documentId, operation } = job.body;
    const scope: KnowledgeScope = { tenant: job.envelope.tenant, collection };
    if (operation === 'delete') {
      const existed = await this.base.store.deleteDocument(scope, documentId);
      // A job that runs again may have deleted it the first time.
      if (!existed && context.attempt === 1) throw new MeshError('DOCUMENT_UNKNOWN', `the collection ${collection} has no such document`, { field: 'documentId' });
      return { documentId, passages: 0, state: 'deleted' };
    }
    const { store, reader, embedder, backlog } = this.base;
    const source = sourceOf(job);
    const { state, passages, waits } = await indexAsFarAsPossible(scope, source, { store, reader, embedder, signal: context.signal });
    if (waits) await backlog?.add({ scope, source });
    return { documentId, passages, state };
  }
}

function sourceOf({ body: { documentId }, private: own }: JobInput<typeof IngestJob>): SourceDocument {
  const { content, text, fileName, title, url, metadata } = own;
  if (content === undefined && text === undefined) throw new MeshError('REQUEST_INVALID', 'a document needs content or text', { field: 'text' });
  return {
    documentId,
    // Text that came without a file is read as markdown, of which plain text is a special case.
    fileName: fileName ?? `${documentId}.md`,
    content: content === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(content, 'base64'),
    title,
    metadata: { ...metadata, ...(url === undefined ? {} : { url }) },
  };
}
