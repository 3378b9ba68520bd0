import { Controller, Inject } from '@nestjs/common';
import { AnswerJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import { runFlow, type Flows } from '../flow/run-flow.js';
import { answerByVariant, type VariantTier } from './variant/answer-by-variant.js';

export const FLOWS = Symbol('flows');
export const MODEL_TIER = Symbol('model tier');

/** Worker tier: one message in; a reply, or the message passed on. All judgement lives in the functions it calls. */
@Controller()
export class AnswerProcessor {
  constructor(
    @Inject(FLOWS) private readonly flows: Flows,
    @Inject(MODEL_TIER) private readonly tier: VariantTier,
  ) {}

  @Handles(AnswerJob)
  async answer(job: JobInput<typeof AnswerJob>, context: JobContext): Promise<unknown> {
    if (job.body.mode === 'model') return answerByVariant(this.tier, job, context);
    const isRun = await runFlow(this.flows, job, context);
    // The flow is gone: it was closed by another message, or the site no longer has it.
    return isRun ? undefined : this.tier.escalate(job, context, { moment: 'no_answer', reason: 'no_open_flow', trail: {} });
  }
}
