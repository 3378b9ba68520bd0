import type { Citation, Trail } from '@switchyard/contracts';
import { screen, type WordMatcher } from '@switchyard/guardrail';
import type { RouteDecision } from '@switchyard/routing';
import type { ApprovedAnswers } from './approved-answers.js';
import type { Recaller } from './recaller.js';

/** An answer that is there already. */
export interface GivenAnswer {
  /** `curated`: a person has approved it. */
  readonly tier: 'curated' | 'cache';
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Ids and numbers for the record. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Stores {
  /** Answers that were given before; absent: none are kept. */
  readonly recaller?: Pick<Recaller, 'isFor' | 'recall'> | undefined;
  /** Answers that people have approved; absent: there are none. */
  readonly approved?: Pick<ApprovedAnswers, 'isFor' | 'find'> | undefined;
}

type Asked = Parameters<Recaller['recall']>[0];

/**
 * Looks for an answer to a question that everybody may be given the answer to: one that a person approved, else one that was
 * given before. `tickets`: where there is none, what goes along so that the answer to come may be kept, or offered for review.
 */
export async function lookUp(stores: Stores, asked: Asked, { to }: Pick<RouteDecision, 'to'>, matcher: WordMatcher, nowMs: number): Promise<{ readonly answer?: GivenAnswer; readonly tickets: Partial<Trail> }> {
  const { tenant } = asked;
  // What is meant for the expert is answered by it, or by what a person approved of it.
  const mayRecall = to !== 'expert' && stores.recaller?.isFor(tenant) === true;
  const [review, recalled] = await Promise.all([stores.approved?.isFor(tenant) ? stores.approved.find(asked) : undefined, mayRecall ? stores.recaller?.recall(asked) : undefined]);
  const tickets: Partial<Trail> = { ...(recalled ? { cache: recalled.ticket } : {}), ...(review?.id === undefined ? {} : { review: review.id }) };
  // The lists of words may have changed since it was approved or given.
  const maySay = (text: string): boolean => screen(text, matcher).action === 'none';

  const approved = review?.approved;
  if (approved && maySay(approved.text)) {
    const { id, requestId, text, citations, decidedAt = nowMs } = approved;
    return { answer: { tier: 'curated', text, citations, facts: { keptFrom: requestId, ageMs: Math.max(0, nowMs - decidedAt), review: id } }, tickets };
  }
  const kept = recalled?.answer;
  if (kept && maySay(kept.text)) {
    const { requestId, text, citations, keptAt } = kept;
    return { answer: { tier: 'cache', text, citations, facts: { keptFrom: requestId, ageMs: Math.max(0, nowMs - keptAt) } }, tickets };
  }
  return { tickets };
}
