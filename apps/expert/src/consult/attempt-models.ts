import { mostCostOf, mostTokensIn } from '@switchyard/consultation';
import type { ConsultJob, JobContext, JobInput, ModelUse } from '@switchyard/contracts';
import { toMeshError } from '@switchyard/errors';
import type { WordMatcher } from '@switchyard/guardrail';
import { factsOfHold, HOLD_MARGIN_MS, NO_BUDGET, type Budget, type CloudCalls } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { catchInvented } from '../redact/invented.js';
import { createAnswerStream, type AnswerStream } from './answer-stream.js';
import { askModel, type Asked, type AskedForTools, type AskFailed } from './ask-model.js';
import type { UsableModel } from './choose-expert-models.js';
import type { LookUps } from './look-ups.js';
import type { Attempt, NotAsked } from './model-chain.js';
import type { PreparedPrompt } from './prepare-prompt.js';

export interface AttemptTier {
  readonly site: Site;
  readonly budget: Budget;
  readonly calls: Pick<CloudCalls, 'open' | 'settle'>;
}

export interface AttemptInput {
  readonly prompt: PreparedPrompt;
  readonly lookUps: LookUps;
  readonly matcher: WordMatcher;
  readonly job: JobInput<typeof ConsultJob>;
  readonly context: JobContext;
}

/**
 * What is done for each model in turn: it is asked, what it wants looked up is, and it is asked again, until it answers. For
 * every call money is held, it is noted that something will leave, and both are settled after it.
 */
export function attemptsOf({ site, budget, calls }: AttemptTier, { prompt, lookUps, matcher, job, context }: AttemptInput): (usable: UsableModel) => Promise<Attempt> {
  const { requestId, tenant, conversationId } = job.envelope;
  const caps = site.settings.tenants.find((one) => one.id === tenant)?.budget ?? NO_BUDGET;
  let count = 0;

  const askOnce = async (usable: UsableModel, stream: AnswerStream, hasSpoken: boolean): Promise<Asked | AskedForTools | AskFailed | NotAsked> => {
    const request = lookUps.requestFor(usable);
    const amountUsd = mostCostOf(usable.price, request, usable.maxOutputTokens);
    // Before anything is reserved for it.
    await context.beforeModelCall();
    const nowMs = context.now();
    const reservation = await budget.reserve({ tenant, requestId, conversationId, amountUsd, caps, nowMs, heldUntilMs: nowMs + context.timeLeftMs() + HOLD_MARGIN_MS });
    context.record('budget_reserved', { ...factsOfHold(reservation, caps), priceAsOf: usable.price.asOf });
    if (!reservation.granted) return { overBudget: true, hasSpoken };
    const call = `${context.attempt}.${(count += 1)}`;
    const { model, host } = usable.chat;
    try {
      await calls.open(requestId, call, { model, where: 'cloud', host, tokensIn: mostTokensIn(request), tokensOut: usable.maxOutputTokens, costUsd: amountUsd, estimated: true }, job.envelope.trail);
      context.signal.throwIfAborted();
    } catch (error) {
      // Nothing was sent.
      await Promise.allSettled([reservation.settle(0), calls.settle(requestId, call, undefined)]);
      throw error;
    }
    const asked = await askModel({ usable, request, stream, hasSpoken, reservation }, context);
    // This run tells of it in any case; for others the most stands there where Redis is away.
    await calls.settle(requestId, call, asked.use).catch(() => undefined);
    return asked;
  };

  return async (usable) => {
    const stream = createAnswerStream(prompt.map, matcher, (text) => context.delta(text), catchInvented(prompt.quoted, job.body.replyLanguage));
    const before: ModelUse[] = [];
    let hasSpoken = false;
    let tookMs = 0;
    for (;;) {
      // A later call that throws is told of by the notes of the earlier ones, as that of a run that was killed.
      const came = await askOnce(usable, stream, hasSpoken);
      if ('tookMs' in came) tookMs += came.tookMs;
      if (!('toolCalls' in came)) return { ...came, ...('answer' in came ? { tookMs } : {}), before };
      const { use, finish } = came;
      ({ hasSpoken } = came);
      if (!came.mayGoOn) return { answer: stream.end(), finish, use, tookMs, before };
      before.push(use);
      const stopped = await lookUps.carryOut(came, usable).catch((thrown: unknown): AskFailed => ({ error: toMeshError(thrown), thrown, isSent: true, hasSpoken }));
      if (typeof stopped === 'object') return { ...stopped, before };
      if (stopped !== undefined) return { stopped, before };
    }
  };
}
