import type { ConsultJob, JobContext, JobInput, ModelUse, Trail } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { WordMatcher } from '@switchyard/guardrail';
import type { Budget, CloudCalls, MeshFacts, Reviews } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { PseudonymStore } from '../redact/pseudonym-store.js';
import type { Asked } from './ask-model.js';
import { attemptsOf } from './attempt-models.js';
import type { ModelChoice, UsableModel } from './choose-expert-models.js';
import { LookUps, type LookUpStop, type LookUpTier } from './look-ups.js';
import type { ModelChain } from './model-chain.js';
import { offerForReview } from './offer-for-review.js';
import { preparePrompt } from './prepare-prompt.js';
import { momentOf, willBeTried } from './will-be-tried.js';
import { citationsOf, endWithout, goWithoutExpert } from './without-answer.js';

export interface ExpertTier {
  readonly site: Site;
  /** Why there is no model, or the chain of those that may be asked. */
  readonly models: ModelChain | Extract<ModelChoice, { readonly usable?: never }>;
  readonly budget: Budget;
  readonly calls: Pick<CloudCalls, 'open' | 'settle' | 'read'>;
  readonly pseudonyms: PseudonymStore;
  /** What cloud models may have looked up with; absent: nothing. */
  readonly tools?: LookUpTier | undefined;
  /** Where answers are offered to people; absent: nowhere. */
  readonly reviews?: Pick<Reviews, 'offer'>;
  readonly matcher: WordMatcher;
  /** What rules may ask of the mesh, where the expert cannot be asked. */
  readonly readMesh: (tenant: string, conversationId: string) => Promise<MeshFacts>;
}

type Input = JobInput<typeof ConsultJob>;

/**
 * One message to a cloud model: redact, reserve, ask, look up what it asks for, restore, screen, settle. Where a model is overloaded or away the next
 * of the site's is asked. Whatever stands in the way, the request ends with an outcome: without a usable model, with personal
 * data that the site does not send, over the budget, with wishes that it may not have, or where all fail for good, the site's rules of `expert_unavailable`
 * decide, and without those a person has it.
 * @throws MeshError where the queue is to try again: QUEUE_UNAVAILABLE, MODEL_OVERLOADED, MODEL_UNAVAILABLE, MODEL_OUTPUT_INVALID
 */
export async function consultCloud(tier: ExpertTier, job: Input, context: JobContext): Promise<void> {
  const { site, models, calls } = tier;
  const { requestId, tenant } = job.envelope;
  // Calls of the runs before: one that was killed, or whose model failed, has told nobody.
  const before = context.attempt > 1 ? await calls.read(requestId) : [];
  const instead = async (reason: string, code: WhyCode, trail: Partial<Trail>): Promise<void> => {
    // What was held for the call that is not made; else it ends with the request, or with its time.
    await tier.budget.release(tenant, requestId, context.now()).catch(() => undefined);
    await goWithoutExpert(site, tier.readMesh, job, context, { outcome: 'handed_over', reason, code, trail });
  };
  const sentBefore = before.length === 0 ? {} : trailOf(before);
  if ('code' in models) return instead(models.reason, models.code, sentBefore);
  const prompt = await preparePrompt(site, tier.pseudonyms, job, context);
  if ('refused' in prompt) return instead('personal_data_refused', 'PERSONAL_DATA_REFUSED', sentBefore);

  if (context.attempt === 1) models.retries.deposit();
  const skipped = ({ chat: { model, host } }: UsableModel): void => context.record('model_skipped', { model, host, reason: 'breaker_open' });
  // Taken once: other words may be put in force while the model writes.
  const { matcher } = tier;
  const lookUps = new LookUps(site, tier.tools, prompt, tier.pseudonyms, job, context);
  const attempts = await models.ask(attemptsOf(tier, { prompt, lookUps, matcher, job, context }), skipped);
  const uses = attempts.flatMap((one): ModelUse[] => [...(one.before ?? []), ...('use' in one && one.use ? [one.use] : [])]);
  const trail = trailOf([...before, ...uses]);

  const answered = attempts.find((one) => 'answer' in one);
  if (answered) {
    const isGiven = await replyWith(answered, site, matcher, job, context, trail);
    return isGiven ? offerForReview(tier.reviews, answered, { map: prompt.map, hasResults: lookUps.hasResults }, job, context) : undefined;
  }
  const stopped = attempts.find((one) => 'stopped' in one);
  if (stopped) return instead(stopped.stopped, STOPPED[stopped.stopped], trail);
  const failed = attempts.findLast((one) => 'error' in one);
  if (!failed) {
    // Nothing was asked: there was no money for any, or all were in trouble a moment ago.
    if (attempts.length > 0) return instead('budget_exhausted', 'BUDGET_EXHAUSTED', trail);
    return instead('breakers_open', 'MODEL_UNAVAILABLE', trail);
  }
  const { error, thrown } = failed;
  // Another worker has the job, or the queue gives it another run: not this run's to end.
  if (context.signal.aborted ? !MeshError.is(thrown) : willBeTried(error, momentOf(context)) && models.retries.withdraw()) throw thrown;
  return goWithoutExpert(site, tier.readMesh, job, context, { outcome: error.entry.outcome, reason: 'model_failed', code: error.code, trail });
}

/** What a receipt tells of calls: whatever became of them, something of the request has left. */
const trailOf = (uses: readonly ModelUse[]): Partial<Trail> => ({ leftSite: uses.length > 0, ...(uses.length > 0 ? { models: [...uses] } : {}) });

type WhyCode = 'BUDGET_EXHAUSTED' | 'EGRESS_BLOCKED' | 'MODEL_OUTPUT_INVALID' | 'MODEL_UNAVAILABLE' | 'PERSONAL_DATA_REFUSED';

const STOPPED: Readonly<Record<LookUpStop, WhyCode>> = { tool_refused: 'MODEL_OUTPUT_INVALID', no_time_for_tool: 'MODEL_UNAVAILABLE' };

/** Ends the request with what the model came to. @returns whether the customer has the answer */
async function replyWith({ answer, finish, use, tookMs }: Asked, site: Site, matcher: WordMatcher, job: Input, context: JobContext, sent: Partial<Trail>): Promise<boolean> {
  const trail: Partial<Trail> = { ...sent, timings: { model: tookMs } };
  if (finish === 'filtered') {
    await endWithout(site, job, context, { outcome: 'handed_over', reason: 'filtered_by_provider', code: 'MODEL_REJECTED', trail });
    return false;
  }
  context.record('screened', { of: 'answer', blocked: answer.blocked !== undefined, masked: answer.masked, categories: answer.categories, words: matcher.version, ...(answer.invented ? { invented: answer.invented } : {}) });
  if (answer.blocked) {
    await endWithout(site, job, context, { outcome: answer.blocked === 'refuse' ? 'refused' : 'handed_over', reason: 'answer_screened', trail });
    return false;
  }
  context.record('answered', { model: use.model, finish, characters: answer.text.length });
  return context.reply({ outcome: 'answered', tier: 'expert', text: answer.text, citations: citationsOf(job.private), trail, conversation: { language: job.body.replyLanguage } });
}
