import type { Citation, ConsultJob, JobContext, JobInput, Outcome, Trail } from '@switchyard/contracts';
import { errorEntry, MeshError, type ErrorCode } from '@switchyard/errors';
import type { WordMatcher } from '@switchyard/guardrail';
import { fixedText } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Budget } from '../budget/budget.js';
import { mostCostOf } from '../budget/price-call.js';
import { redactParts } from '../redact/redact-parts.js';
import { askModel } from './ask-model.js';
import { buildPrompt } from './build-prompt.js';
import type { ModelChoice } from './choose-expert-model.js';
import type { LeftSite } from './left-site.js';
import { momentOf, willBeTried } from './will-be-tried.js';

export interface ExpertTier {
  readonly site: Site;
  readonly choice: ModelChoice;
  readonly budget: Budget;
  readonly leftSite: LeftSite;
  readonly matcher: WordMatcher;
}

type Input = JobInput<typeof ConsultJob>;

const QUOTE_CHARACTERS = 300;
/** A hold outlives its call by this much, so that it is never given back while the call runs. */
const HOLD_MARGIN_MS = 30_000;

/** Ends the request without an answer, in the site's words. */
async function endWithout(site: Site, job: Input, context: JobContext, outcome: Exclude<Outcome, 'answered'>, reason: string, trail: Partial<Trail>, code?: ErrorCode): Promise<void> {
  const language = job.body.replyLanguage;
  context.record(outcome, { by: 'expert', reason, ...(code === undefined ? {} : { code }) });
  await context.reply({
    outcome,
    tier: 'none',
    text: fixedText(site, outcome, language),
    ...(code === undefined ? {} : { error: { code, title: errorEntry(code).title } }),
    trail,
    conversation: outcome === 'handed_over' ? { language, flow: null } : { language },
  });
}

function citationsOf({ passages = [] }: Input['private']): Citation[] {
  return passages.map(({ documentId, title, text }) => ({ documentId, title, quote: text.slice(0, QUOTE_CHARACTERS) }));
}

/**
 * One message to a cloud model: redact, reserve, ask, restore, screen, settle. Whatever stands in the way, the request
 * ends with an outcome: without a usable model, over the budget, or where the model fails for good, a person has it.
 * @throws MeshError where the queue is to try again: QUEUE_UNAVAILABLE, MODEL_OVERLOADED, MODEL_UNAVAILABLE, MODEL_OUTPUT_INVALID
 */
export async function consultCloud(tier: ExpertTier, job: Input, context: JobContext): Promise<void> {
  const { site, choice, budget, leftSite } = tier;
  const { requestId, tenant } = job.envelope;
  const wasSent = context.attempt > 1 && (await leftSite.isMarked(requestId));
  const sentBefore: Partial<Trail> = wasSent ? { leftSite: true } : {};
  if (!choice.usable) return endWithout(site, job, context, 'handed_over', choice.reason, sentBefore, choice.code);

  const { usable } = choice;
  const { passages = [], text, turns } = job.private;
  const parts = redactParts({ text, turns, passages });
  context.record('redacted', { counts: parts.counts, parts: 1 + turns.length + passages.length });
  const messages = buildPrompt(site, job.body.replyLanguage, parts, job.envelope.trail.intents);

  const capUsd = site.settings.tenants.find((one) => one.id === tenant)?.budget?.perDayUsd ?? 0;
  const amountUsd = mostCostOf(usable.price, messages, usable.maxOutputTokens);
  // Before anything is reserved for it.
  await context.beforeModelCall();
  const nowMs = context.now();
  const reservation = await budget.reserve({ tenant, requestId, amountUsd, capUsd, nowMs, heldUntilMs: nowMs + context.timeLeftMs() + HOLD_MARGIN_MS });
  context.record('budget_reserved', { granted: reservation.granted, amountUsd, capUsd, spentUsd: reservation.spentUsd, priceAsOf: usable.price.asOf });
  if (!reservation.granted) return endWithout(site, job, context, 'handed_over', 'budget_exhausted', sentBefore, 'BUDGET_EXHAUSTED');

  await leftSite.mark(requestId, context.timeLeftMs());
  const asked = await askModel({ usable, messages, map: parts.map, matcher: tier.matcher, reservation }, context);
  if ('error' in asked) {
    const { error, isSent, thrown, use } = asked;
    if (!isSent && !wasSent) await leftSite.unmark(requestId);
    // Another worker has the job, or the queue gives it another run: not this run's to end.
    if (context.signal.aborted ? !MeshError.is(thrown) : willBeTried(error, momentOf(context))) throw thrown;
    return endWithout(site, job, context, error.entry.outcome, 'model_failed', { leftSite: isSent || wasSent, ...(use ? { models: [use] } : {}) }, error.code);
  }

  const { answer, finish, use, tookMs } = asked;
  const trail: Partial<Trail> = { leftSite: true, models: [use], timings: { model: tookMs } };
  if (finish === 'filtered') return endWithout(site, job, context, 'handed_over', 'filtered_by_provider', trail, 'MODEL_REJECTED');
  if (answer.blocked) return endWithout(site, job, context, answer.blocked === 'refuse' ? 'refused' : 'handed_over', 'answer_screened', trail);
  context.record('answered', { model: use.model, finish, characters: answer.text.length, masked: answer.masked, categories: answer.categories });
  await context.reply({ outcome: 'answered', tier: 'expert', text: answer.text, citations: citationsOf(job.private), trail, conversation: { language: job.body.replyLanguage } });
}
