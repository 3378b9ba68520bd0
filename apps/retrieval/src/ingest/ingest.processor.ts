import { Controller, Inject } from '@nestjs/common';
import { IngestJob, type IngestResult, type JobContext, type JobInput } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { Handles, HandlesUnrun, type DocumentLedger, type DocumentPlace, type FileSpool, type UnrunEnd, type UnrunJob } from '@switchyard/queue';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { indexAsFarAsPossible, type SourceDocument } from './index-document.js';

/** `IngestQueue` */
export const INGEST_QUEUE = Symbol('retrieval.ingest-queue');

/** Where uploaded files lie, and what is known of documents on their way. */
export interface IngestQueue {
  readonly spool: Pick<FileSpool, 'read' | 'remove'>;
  readonly ledger: Pick<DocumentLedger, 'begin' | 'postpone' | 'settle'>;
}

/** Documents in work at once, and so in memory: enough to read one while others are stored together. */
const AT_ONCE = 16;

/** Documents that come through the API: several at once, but those of one id one after another. */
@Controller()
export class IngestProcessor {
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];
  private inWork = 0;

  constructor(
    @Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase,
    @Inject(INGEST_QUEUE) private readonly queue: IngestQueue,
  ) {}

  @Handles(IngestJob)
  async ingest(job: JobInput<typeof IngestJob>, context: JobContext): Promise<IngestResult> {
    const place: DocumentPlace = { tenant: job.envelope.tenant, collection: job.body.collection, documentId: job.body.documentId };
    const key = JSON.stringify(place);
    const next = (this.turns.get(key) ?? Promise.resolve()).then(() => this.withRoom(() => this.run(job, place, context)));
    const turn = next.catch(() => undefined);
    this.turns.set(key, turn);
    try {
      return await next;
    } finally {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    }
  }

  /** Whoever asks what becomes of the document must not be told that it is being indexed. Its file stays: a dead letter may be tried again. */
  @HandlesUnrun(IngestJob)
  async unrun({ envelope: { tenant }, body: { collection, documentId, sequence } }: UnrunJob<typeof IngestJob>, { error, at }: UnrunEnd): Promise<void> {
    if (sequence !== undefined) await this.queue.ledger.settle({ tenant, collection, documentId }, sequence, at, { code: error.code, reason: error.detail });
  }

  private async withRoom<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.inWork >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.inWork += 1;
    try {
      return await work();
    } finally {
      this.inWork -= 1;
      this.waiting.shift()?.();
    }
  }

  private async run(job: JobInput<typeof IngestJob>, place: DocumentPlace, context: JobContext): Promise<IngestResult> {
    context.signal.throwIfAborted();
    const { ledger } = this.queue;
    const { sequence } = job.body;
    // A job of an earlier release has no number, and nobody asks what becomes of it.
    if (sequence === undefined) return this.carryOut(job, place, context);
    if (!(await ledger.begin(place, sequence, context.now()))) {
      await this.forget(job);
      return { documentId: place.documentId, passages: 0, state: 'superseded' };
    }
    try {
      const result = await this.carryOut(job, place, context);
      await ledger.settle(place, sequence, context.now());
      await this.forget(job);
      return result;
    } catch (thrown) {
      const error = toMeshError(thrown);
      const told = { code: error.code, reason: error.detail };
      if (error.retry && context.attempt < IngestJob.attempts) await ledger.postpone(place, sequence, context.now(), told);
      else if (error.code === 'DOCUMENT_UNKNOWN') await ledger.settle(place, sequence, context.now());
      else await ledger.settle(place, sequence, context.now(), told);
      // A dead letter may be tried again, when what was wrong with the machine is put right; what is wrong with a document stays.
      if (!error.retry) await this.forget(job);
      throw thrown;
    }
  }

  private async carryOut(job: JobInput<typeof IngestJob>, { documentId, ...scope }: DocumentPlace, context: JobContext): Promise<IngestResult> {
    if (job.body.operation === 'delete') {
      const { sequence } = job.body;
      const existed = await this.base.store.deleteDocument(scope, documentId, sequence);
      if (!existed && sequence !== undefined && (await this.base.store.keepDocument(scope, documentId, sequence)) === 'superseded') return { documentId, passages: 0, state: 'superseded' };
      // A job that runs again may have deleted it the first time.
      if (!existed && context.attempt === 1) throw new MeshError('DOCUMENT_UNKNOWN', `the collection ${scope.collection} has no such document`, { field: 'documentId' });
      return { documentId, passages: 0, state: 'deleted' };
    }
    const { store, reader, embedder, backlog } = this.base;
    const source = await this.sourceOf(job);
    const { state, passages, waits } = await indexAsFarAsPossible(scope, source, { store, reader, embedder, signal: context.signal });
    if (waits) await backlog?.add({ scope, source });
    return { documentId, passages, state };
  }

  /** The file is not needed any more; where it cannot be removed now, its time will come. */
  private async forget({ private: { file } }: JobInput<typeof IngestJob>): Promise<void> {
    if (file !== undefined) await this.queue.spool.remove(file).catch(() => undefined);
  }

  private async sourceOf({ body: { documentId, sequence }, private: own }: JobInput<typeof IngestJob>): Promise<SourceDocument> {
    const { content, text, fileName, title, url, metadata, file } = own;
    const source = { documentId, order: sequence, fileName: fileName ?? `${documentId}.md`, title, metadata: { ...metadata, ...(url === undefined ? {} : { url }) } };
    if (file !== undefined) {
      const uploaded = await this.queue.spool.read(file);
      if (!uploaded) throw new MeshError('DOCUMENT_INVALID', `${source.fileName} was uploaded too long ago and is not kept any more`, { field: source.fileName });
      return { ...source, content: uploaded };
    }
    if (content === undefined && text === undefined) throw new MeshError('REQUEST_INVALID', 'a document needs content or text', { field: 'text' });
    // Text that came without a file is read as markdown, of which plain text is a special case.
    return { ...source, content: content === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(content, 'base64') };
  }
}
