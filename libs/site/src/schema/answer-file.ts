import { z } from 'zod';
import { Name, Text } from './common.js';

/** A curated answer: written by a person, given word for word. */
export const CuratedAnswer = z.strictObject({
  id: Name,
  questions: z.strictObject({ zh: z.array(z.string().min(1)).default([]), en: z.array(z.string().min(1)).default([]) }),
  answer: Text,
  /** Not given outside these days. */
  validFrom: z.iso.date().optional(),
  validTo: z.iso.date().optional(),
});
export type CuratedAnswer = z.infer<typeof CuratedAnswer>;

export const AnswerFile = z.strictObject({ answers: z.array(CuratedAnswer).min(1) });
