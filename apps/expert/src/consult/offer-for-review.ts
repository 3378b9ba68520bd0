import type { ConsultJob, JobContext, JobInput } from '@switchyard/contracts';
import { findPersonalData } from '@switchyard/guardrail';
import type { Reviews } from '@switchyard/queue';
import type { Asked } from './ask-model.js';
import type { PreparedPrompt } from './prepare-prompt.js';
import { citationsOf } from './without-answer.js';

/** Longer ones are no answer that a shop gives word for word. */
const LONGEST = 8_000;
const MOST_CITATIONS = 10;

/**
 * Why an answer is not offered for review, as a name for the record; undefined: it may be. It must be whole and as the model
 * wrote it, rest on nothing that was said before or looked up for this customer, and have nothing personal in it: nothing was replaced in what was sent, so
 * that nothing was put back in the answer, and the answer itself holds nothing that reads like personal data.
 */
export function unfitForReview({ answer, finish }: Pick<Asked, 'answer' | 'finish'>, { map, hasResults }: Pick<PreparedPrompt, 'map'> & { readonly hasResults: boolean }, { turns }: Pick<JobInput<typeof ConsultJob>['private'], 'turns'>): string | undefined {
  if (finish !== 'stop') return 'not_whole';
  if (answer.masked || answer.invented || answer.text.trim() === '') return 'changed';
  if (answer.text.length > LONGEST) return 'too_long';
  if (hasResults) return 'looked_up';
  if (turns.length > 0) return 'earlier_turns';
  if (Object.keys(map).length > 0 || findPersonalData(answer.text).length > 0) return 'personal_data';
  return undefined;
}

/** Offers the answer that a customer has been given, where the dispatcher found its question to be one of everybody. */
export async function offerForReview(reviews: Pick<Reviews, 'offer'> | undefined, asked: Asked, prompt: Pick<PreparedPrompt, 'map'> & { readonly hasResults: boolean }, job: JobInput<typeof ConsultJob>, context: JobContext): Promise<void> {
  const { envelope, body } = job;
  if (!reviews || envelope.trail.review === undefined) return;
  const reason = unfitForReview(asked, prompt, job.private);
  if (reason !== undefined) return context.record('offered_for_review', { offered: false, reason });
  const { answer: { text }, use: { model } } = asked;
  // An offer that Redis does not take costs a review, and this customer nothing.
  const offered = await reviews.offer(envelope, { language: body.replyLanguage, model, question: job.private.text, text, citations: citationsOf(job.private).slice(0, MOST_CITATIONS) }).catch(() => undefined);
  context.record('offered_for_review', offered === undefined ? { offered: false, reason: 'queue_unavailable' } : { offered, review: envelope.trail.review });
}
