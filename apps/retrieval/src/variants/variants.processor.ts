import { Controller, Inject } from '@nestjs/common';
import { VariantsJob, type JobContext, type JobInput, type VariantsResult } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { Handles } from '@switchyard/queue';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { addVariant, listVariants, removeVariant } from './keep-variants.js';

const LISTED = 100;

/** Other wordings of questions, as people give them. */
@Controller()
export class VariantsProcessor {
  constructor(@Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase) {}

  @Handles(VariantsJob)
  async variants(job: JobInput<typeof VariantsJob>, context: JobContext): Promise<VariantsResult> {
    const { collection, operation, id, documentId, limit = LISTED } = job.body;
    const { question, title } = job.private;
    const { store } = this.base;
    const scope = { tenant: job.envelope.tenant, collection };
    if (operation === 'list') return { variants: await listVariants(store, scope, { documentId, limit }) };
    if (operation === 'add') {
      if (documentId === undefined || question === undefined) throw new MeshError('REQUEST_INVALID', 'a variant needs a document and a question', { field: documentId === undefined ? 'documentId' : 'question' });
      return { variants: [await addVariant(store, scope, { documentId, title, question, nowMs: context.now() })] };
    }
    if (id === undefined) throw new MeshError('REQUEST_INVALID', 'says which variant is to go', { field: 'id' });
    // A job that runs again may have removed it the first time.
    await removeVariant(store, scope, id, context.attempt > 1);
    return { variants: [] };
  }
}
