import type { AnswerJob, AnsweredBy, ChatModel, JobContext, JobInput } from '@switchyard/contracts';
import type { LocalModel } from '@switchyard/local-models';
import { isInCanary } from '@switchyard/routing';
import { answerWithModel, type ModelTier } from '../answer-with-model.js';
import { observeEnd } from './model-metrics.js';

export interface VariantTier extends ModelTier {
  readonly model: LocalModel | undefined;
  /** Of the conversations, those that are given the model's canary, 0 to 1. */
  readonly canaryShare: number;
}

/** The model as one conversation asks it: every call says for which of the two it is. `seen` is told who has answered. */
function modelFor(model: LocalModel, variant: 'base' | 'canary', seen: (by: AnsweredBy) => void): ChatModel & AnsweredBy {
  const { model: name, adapter } = variant === 'canary' && model.canary ? model.canary : model;
  return {
    model: name,
    ...(adapter === undefined ? {} : { adapter }),
    variant,
    where: 'local',
    host: model.host,
    ready: (signal) => model.ready(signal),
    complete: async (request, options) => {
      const completion = await model.complete(request, { ...options, variant });
      seen(completion.by ?? model);
      return completion;
    },
  };
}

/** One message to the local model, or to the canary where its conversation is one of those that are given it; and how it ended, counted by model. */
export async function answerByVariant(tier: VariantTier, job: JobInput<typeof AnswerJob>, context: JobContext): Promise<void> {
  const { model, canaryShare, answers, ...rest } = tier;
  if (!model) return answerWithModel(tier, job, context);
  const { tenant, conversationId } = job.envelope;
  const variant = isInCanary(tenant, conversationId, canaryShare) ? 'canary' : 'base';
  const asked: ChatModel & AnsweredBy = model.canary ? modelFor(model, variant, (answered) => void (by = answered)) : model;
  let by: AnsweredBy = asked;
  let end = 'answered';
  const escalate: ModelTier['escalate'] = async (passedOn, of, escalation) => {
    await tier.escalate(passedOn, of, escalation);
    end = escalation.reason;
  };
  // What a canary says is for its own conversations: kept, it would be given to all others.
  const kept = model.canary && variant === 'canary' ? undefined : answers;
  await answerWithModel({ ...rest, model: asked, escalate, ...(kept ? { answers: kept } : {}) }, job, context);
  observeEnd(by, end);
}
