import { mostCostOf, mostTokensIn } from '@switchyard/consultation';
import type { ConsultJob, JobContext, JobInput, ModelUse, Trail } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { WordMatcher } from '@switchyard/guardrail';
import { factsOfHold, HOLD_MARGIN_MS, NO_BUDGET, type Budget, type CloudCalls, type MeshFacts, type Reviews } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { PseudonymStore } from '../redact/pseudonym-store.js';
import { askModel, type Asked } from './ask-model.js';
import type { ModelChoice, UsableModel } from './choose-expert-models.js';
import type { Attempt, ModelChain } from './model-chain.js';
import { offerForReview } from './offer-for-review.js';
import { preparePrompt, type PreparedPrompt } from './prepare-prompt.js';
import { momentOf, willBeTried } from './will-be-tried.js';
import { citationsOf, endWithout, goWithoutExpert } from './without-answer.js';

export interface ExpertTier {
  readonly site: Site;
  /** Why there is no model, or the chain of those that may be asked. */
  readonly models: ModelChain | Extract<ModelChoice, { readonly usable?: never }>;
  readonly budget: Budget;
  readonly calls: Pick<CloudCalls, 'open' | 'settle' | 'read'>;
  readonly pseudonyms: PseudonymStore;
  /** Where answers are offered to people; absent: nowhere. */
  readonly reviews?: Pick<Reviews, 'offer'>;
  readonly matcher: WordMatcher;
  /** What rules may ask of the mesh, where the expert cannot be asked. */
  readonly readMesh: (tenant: string, conversationId: string) => Promise<MeshFacts>;
}

type Input = JobInput<typeof ConsultJob>;

/**
 * One message to a cloud model: redact, reserve, ask, restore, screen, settle. Where a model is overloaded or away the next
 * of the site's is asked. Whatever stands in the way, the request ends with an outcome: without a usable model, with personal
 * data that the site does not send, over the budget, or where all fail for good, the site's rules of `expert_unavailable`
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
  const attempts = await models.ask(attemptsOf(tier, prompt, matcher, job, context), skipped);
  const uses = attempts.flatMap((one): ModelUse[] => ('use' in one && one.use ? [one.use] : []));
  const trail = trailOf([...before, ...uses]);

  const answered = attempts.find((one) => 'answer' in one);
  if (answered) {
    const isGiven = await replyWith(answered, site, matcher, job, context, trail);
    return isGiven ? offerForReview(tier.reviews, answered, prompt, job, context) : undefined;
  }
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

type WhyCode = 'BUDGET_EXHAUSTED' | 'EGRESS_BLOCKED' | 'MODEL_UNAVAILABLE' | 'PERSONAL_DATA_REFUSED';

/** What is done for each model in turn: money is held for it, it is noted that something will leave, and it is asked. */
function attemptsOf({ site, budget, calls }: ExpertTier, prompt: PreparedPrompt, matcher: WordMatcher, job: Input, context: JobContext): (usable: UsableModel) => Promise<Attempt> {
  const { requestId, tenant, conversationId } = job.envelope;
  const { messages } = prompt;
  const caps = site.settings.tenants.find((one) => one.id === tenant)?.budget ?? NO_BUDGET;
  let count = 0;

  return async (usable) => {
    const amountUsd = mostCostOf(usable.price, messages, usable.maxOutputTokens);
    // Before anything is reserved for it.
    await context.beforeModelCall();
    const nowMs = context.now();
    const reservation = await budget.reserve({ tenant, requestId, conversationId, amountUsd, caps, nowMs, heldUntilMs: nowMs + context.timeLeftMs() + HOLD_MARGIN_MS });
    context.record('budget_reserved', { ...factsOfHold(reservation, caps), priceAsOf: usable.price.asOf });
    if (!reservation.granted) return { overBudget: true };
    const call = `${context.attempt}.${(count += 1)}`;
    const { model, host } = usable.chat;
    try {
      await calls.open(requestId, call, { model, where: 'cloud', host, tokensIn: mostTokensIn(messages), tokensOut: usable.maxOutputTokens, costUsd: amountUsd, estimated: true }, job.envelope.trail);
      context.signal.throwIfAborted();
    } catch (error) {
      // Nothing was sent.
      await Promise.allSettled([reservation.settle(0), calls.settle(requestId, call, undefined)]);
      throw error;
    }
    const asked = await askModel({ usable, prompt, language: job.body.replyLanguage, matcher, reservation }, context);
    // This run tells of it in any case; for others the most stands there where Redis is away.
    await calls.settle(requestId, call, asked.use).catch(() => undefined);
    return asked;
  };
}

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
