import { z } from 'zod';
import { Language } from './language.js';

/** How an accepted request ends; each ends in exactly one of these. */
export const Outcome = z.enum(['answered', 'refused', 'handed_over', 'expired', 'cancelled', 'failed']);
export type Outcome = z.infer<typeof Outcome>;

/** What produced the answer. `none`: nothing did (refused, handed over, failed, fixed text of a rule). */
export const AnswerTier = z.enum(['curated', 'cache', 'worker', 'retrieval', 'expert', 'none']);
export type AnswerTier = z.infer<typeof AnswerTier>;

/** `confidence` is a calibrated probability, 0 to 1. `oos` is the label of what no intent fits. */
export const IntentFinding = z.looseObject({
  label: z.string(),
  confidence: z.number().min(0).max(1),
  source: z.enum(['exact', 'model', 'flow', 'none']),
});
export type IntentFinding = z.infer<typeof IntentFinding>;

export const Citation = z.looseObject({ documentId: z.string(), title: z.string(), quote: z.string() });
export type Citation = z.infer<typeof Citation>;

export const ModelUse = z.looseObject({
  model: z.string(),
  /** LoRA adapter of the model that answered; absent: the model as it is. */
  adapter: z.string().optional(),
  /** Where the site tries a second model: which of the two the conversation is for; `canary_away`: the second one, whose place the first took. */
  variant: z.enum(['base', 'canary', 'canary_away']).optional(),
  where: z.enum(['local', 'cloud']),
  host: z.string(),
  tokensIn: z.int().nonnegative(),
  tokensOut: z.int().nonnegative(),
  costUsd: z.number().nonnegative(),
  /** The server did not tell, or not yet: the figures are the most that it can have been. */
  estimated: z.boolean().optional(),
});
export type ModelUse = z.infer<typeof ModelUse>;

/** What happened to one request, for the client that asked. Public: `docs` and clients rely on these names. */
export const Receipt = z.looseObject({
  requestId: z.string(),
  conversationId: z.string(),
  outcome: Outcome,
  tier: AnswerTier,
  language: Language,
  intent: IntentFinding,
  /** Labels of all that the message asks for, in its order; only where that is more than one thing. */
  intents: z.array(z.string()).optional(),
  /** The name of the rule that decided. */
  rule: z.string(),
  citations: z.array(Citation),
  /** Every call of a model that the answer or a try of it was made with; each that left the site, also those that failed and brought nothing. */
  models: z.array(ModelUse),
  /** Count of personal data found in the message, by entity type. */
  redactions: z.record(z.string(), z.int().nonnegative()),
  /** Whether anything of this request was sent to a cloud. */
  leftSite: z.boolean(),
  siteVersion: z.string(),
  /** Milliseconds spent, by step. */
  timings: z.record(z.string(), z.number()),
});
export type Receipt = z.infer<typeof Receipt>;
