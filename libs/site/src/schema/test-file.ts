import { z } from 'zod';
import { AnswerTier, Outcome } from '@switchyard/contracts';

/** What must come back for one message; what is not named is not checked. */
export const Expectation = z.strictObject({
  outcome: z.union([Outcome, z.array(Outcome)]).optional(),
  tier: z.union([AnswerTier, z.array(AnswerTier)]).optional(),
  intent: z.union([z.string(), z.array(z.string())]).optional(),
  rule: z.union([z.string(), z.array(z.string())]).optional(),
  /** Every one of these stands in the reply (letter case is ignored). */
  contains: z.array(z.string().min(1)).optional(),
  /** One of these stands in the reply. */
  containsAny: z.array(z.string().min(1)).optional(),
  /** None of these stands in the reply. */
  lacks: z.array(z.string().min(1)).optional(),
  /** A document that is cited. */
  cites: z.string().optional(),
  /** Personal data kinds that were found. */
  redacts: z.array(z.string()).optional(),
});
export type Expectation = z.infer<typeof Expectation>;

export const TestConversation = z.strictObject({
  name: z.string().min(1),
  /** `hard` ones are counted apart: typos, mixed languages, several questions, out of scope, evasion. */
  tags: z.array(z.enum(['hard', 'typo', 'mixed', 'multi', 'out_of_scope', 'evasion', 'flow', 'curated', 'knowledge', 'pii', 'needs_model'])).default([]),
  turns: z.array(z.strictObject({ ask: z.string().min(1), expect: Expectation })).min(1),
});
export type TestConversation = z.infer<typeof TestConversation>;

export const TestFile = z.strictObject({
  /** Share of conversations that must pass, over the whole site; `yard eval site` exits 1 below it. */
  floor: z.number().min(0).max(1).optional(),
  /** HTTP calls before the file's conversations, to put a backend into a known state; `${NAME}` from the environment. */
  before: z.array(z.strictObject({ method: z.enum(['POST', 'PUT', 'DELETE']), url: z.string().min(1) })).default([]),
  conversations: z.array(TestConversation).min(1),
});
export type TestFile = z.infer<typeof TestFile>;
