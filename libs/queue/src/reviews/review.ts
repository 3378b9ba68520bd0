import { z } from 'zod';
import { Citation, ReplyLanguage } from '@switchyard/contracts';

export const ReviewState = z.enum(['pending', 'approved', 'rejected']);
export type ReviewState = z.infer<typeof ReviewState>;

/** What stands in clear: ids, names and numbers. Times are milliseconds since 1970, Redis' clock. */
export const ReviewFacts = z.looseObject({
  state: ReviewState,
  /** The request whose answer it is, and its conversation. */
  requestId: z.string(),
  conversationId: z.string(),
  language: ReplyLanguage,
  /** The model that wrote it. */
  model: z.string(),
  offeredAt: z.number(),
  expiresAt: z.number(),
  /** How often the expert has answered the question while this one waited. */
  times: z.number(),
  decidedAt: z.number().optional(),
  /** The id of the key that decided. */
  decidedBy: z.string().optional(),
  /** A person has changed its words. */
  edited: z.boolean().optional(),
});
export type ReviewFacts = z.infer<typeof ReviewFacts>;

/** What is sealed. */
export const ReviewText = z.looseObject({ question: z.string(), text: z.string(), citations: z.array(Citation) });
export type ReviewText = z.infer<typeof ReviewText>;

/** An answer of the expert that a person decides on, or has. */
export interface Review extends ReviewFacts, ReviewText {
  readonly id: string;
}

/** An answer as the expert offers it. */
export interface ReviewDraft extends ReviewText {
  readonly language: ReplyLanguage;
  readonly model: string;
}
