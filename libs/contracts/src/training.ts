import { z } from 'zod';
import { ReplyLanguage } from './language.js';
import { Turn } from './turn.js';

/** A question with the answer that a person approved, for training the local model. Holds a customer's words. */
export const TrainingMaterial = z.strictObject({
  /** Where it comes from, for whoever asks why a row is missing: `review:<id>`, `test:<name>`. */
  id: z.string(),
  tenant: z.string(),
  language: ReplyLanguage,
  question: z.string().min(1),
  /** What was said before. */
  turns: z.array(Turn),
  answer: z.string().min(1),
  /** What the worker would have been given to answer from, in its order. */
  passages: z.array(z.strictObject({ documentId: z.string(), title: z.string(), text: z.string() })),
  /** What the dispatcher recognised, where that is known: it settles which tools the prompt offers. */
  intent: z.string().optional(),
});
export type TrainingMaterial = z.infer<typeof TrainingMaterial>;

/** The example in the chat layout of trainers, or why it is none; a name, never a text. */
export const TrainingResult = z.union([
  z.strictObject({ id: z.string(), messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })), masked: z.int().nonnegative() }),
  z.strictObject({ id: z.string(), refused: z.string() }),
]);
export type TrainingResult = z.infer<typeof TrainingResult>;
