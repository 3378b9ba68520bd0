import { Citation, ReplyLanguage } from '@switchyard/contracts';
import { ReviewState, type Review } from '@switchyard/queue';
import { z } from 'zod';
import { named } from '../route.js';

/** An answer of the expert, and what a person decided on it. */
export const ReviewDocument = named(
  'Review',
  z.object({
    id: z.string(),
    state: ReviewState.describe('`pending` waits for a decision; `approved` is given to whoever asks the same; `rejected` is not, and is not offered again before `expiresAt`.'),
    question: z.string().describe('As it was asked; it holds no personal data that was found.'),
    answer: z.string(),
    language: ReplyLanguage,
    citations: z.array(Citation).describe('What the expert was given for it; none where a person has changed its words.'),
    model: z.string().describe('That wrote it.'),
    requestId: z.string().describe('The request that it was written for.'),
    times: z.int().describe('How often the expert answered the question while this answer waited.'),
    edited: z.boolean().describe('Whether a person has changed its words.'),
    offeredAt: z.int().describe('Milliseconds since 1970, as all times here.'),
    expiresAt: z.int(),
    decidedAt: z.int().nullable(),
    decidedBy: z.string().nullable().describe('Id of the key that decided.'),
  }),
);

export function reviewDocument({ id, state, question, text, language, citations, model, requestId, times, edited, offeredAt, expiresAt, decidedAt, decidedBy }: Review): z.infer<typeof ReviewDocument> {
  return { id, state, question, answer: text, language, citations, model, requestId, times, edited: edited ?? false, offeredAt, expiresAt, decidedAt: decidedAt ?? null, decidedBy: decidedBy ?? null };
}
