import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { DispatchJob, ExplainJob, IngestJob, ListDocumentsJob, ListStepsJob, RetrieveJob, SearchJob, VariantsJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { FileSpool, Handles, MeshModule, REDIS, SEALER, type MeshConfig, type MeshSite, type RedisConnection, type Sealer } from '@switchyard/queue';
import { abortOf, type Script } from './script.js';

const SCRIPT = Symbol('test.script');

@Controller()
class ScriptedTiers {
  private readonly spool: FileSpool;

  constructor(@Inject(SCRIPT) private readonly script: Script, @Inject(REDIS) redis: RedisConnection, @Inject(SEALER) sealer: Sealer) {
    this.spool = new FileSpool(redis, sealer);
  }

  @Handles(DispatchJob)
  dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    return this.script.answer(job, context);
  }

  @Handles(IngestJob)
  async ingest({ body, private: secret }: JobInput<typeof IngestJob>): Promise<unknown> {
    const { documents } = this.script;
    const { documentId } = body;
    if (body.operation === 'delete') {
      if (!documents.delete(documentId)) throw new MeshError('DOCUMENT_UNKNOWN', 'no such document');
      return { documentId, passages: 0, state: 'deleted' };
    }
    if (secret.title === 'bad') throw new MeshError('DOCUMENT_INVALID', 'scripted', { field: 'text' });
    const file = secret.file === undefined ? undefined : await this.spool.read(secret.file);
    this.script.lastIngest = { ...secret, ...(file ? { content: file.toString('base64') } : {}) };
    const known = documents.has(documentId);
    documents.set(documentId, { title: secret.title ?? '', text: secret.text ?? '' });
    return { documentId, passages: 1, state: known ? 'unchanged' : 'indexed' };
  }

  /** Every kind of a queue must have its handler; nothing here sends this one. */
  @Handles(RetrieveJob)
  async retrieve(): Promise<void> {
    throw new MeshError('INTERNAL', 'not part of the script');
  }

  @Handles(ListDocumentsJob)
  async list({ body }: JobInput<typeof ListDocumentsJob>): Promise<unknown> {
    const all = [...this.script.documents].filter(([documentId]) => body.documentId === undefined || body.documentId === documentId);
    const from = Number(body.cursor ?? 0);
    const documents = all.slice(from, from + body.limit).map(([documentId, { title }]) => ({ documentId, title, passages: 1, updatedAt: '2026-01-01T00:00:00Z' }));
    return { documents, ...(all.length > from + body.limit ? { next: String(from + body.limit) } : {}) };
  }

  @Handles(SearchJob)
  async search({ private: own }: JobInput<typeof SearchJob>): Promise<unknown> {
    this.script.lastSearch = own;
    const { query } = own;
    const found = [...this.script.documents].filter(([, { text }]) => text.includes(query));
    return { passages: found.map(([documentId, { title, text }]) => ({ documentId, title, text, score: 1 })) };
  }

  @Handles(VariantsJob)
  async variants({ body: { operation, documentId = '', id }, private: { question = '', title = '' } }: JobInput<typeof VariantsJob>): Promise<unknown> {
    const { variants } = this.script;
    if (operation === 'add') variants.set('a1'.repeat(12), { id: 'a1'.repeat(12), documentId, title, question, addedAt: '2026-01-01T00:00:00Z', state: 'ready' });
    if (operation === 'remove' && !variants.delete(id ?? '')) throw new MeshError('VARIANT_UNKNOWN', 'no such variant', { field: 'id' });
    return { variants: [...variants.values()].filter((one) => documentId === '' || one.documentId === documentId) };
  }

  @Handles(ExplainJob)
  async explain({ envelope, body }: JobInput<typeof ExplainJob>, { signal }: JobContext): Promise<unknown> {
    if (!this.script.isExplaining) await abortOf(signal).then(() => Promise.reject(signal.reason));
    const step = { id: '1', requestId: body.subject, tenant: 'a', conversationId: 'c', tier: 'gateway', instance: 'i', step: 'accepted', at: envelope.acceptedAt, attempt: 1, siteVersion: envelope.siteVersion, facts: {} };
    return { requestId: body.subject, tenant: 'a', complete: true, steps: [step] };
  }
}

@Controller()
class ScriptedRecord {
  /** Tells what it was asked. */
  @Handles(ListStepsJob)
  async list({ envelope, body }: JobInput<typeof ListStepsJob>): Promise<unknown> {
    const step = { id: '1', requestId: 'r', tenant: envelope.tenant, conversationId: 'c', tier: 'dispatcher', instance: 'i', step: body.steps[0], at: body.since, attempt: 1, siteVersion: 'v', facts: { limit: body.limit } };
    return { steps: [step], next: 7 };
  }
}

@Module({ controllers: [ScriptedTiers, ScriptedRecord] })
export class ScriptedModule {
  static register(script: Script, config: MeshConfig, site: MeshSite): DynamicModule {
    return { module: ScriptedModule, imports: [MeshModule.register(config, site)], providers: [{ provide: SCRIPT, useValue: script }] };
  }
}
