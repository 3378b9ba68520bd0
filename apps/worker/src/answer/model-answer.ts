import { z } from 'zod';

/** What the local model is asked for. `needs` is its own judgement of what the message takes. */
export const ModelAnswer = z.object({
  answer: z.string(),
  confidence: z.number().min(0).max(1),
  needs: z.enum(['nothing', 'knowledge', 'expert', 'human']),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/** The same as a JSON Schema, for servers that can hold a model to it. */
export const MODEL_ANSWER_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    answer: { type: 'string' },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    needs: { type: 'string', enum: ['nothing', 'knowledge', 'expert', 'human'] },
  },
  required: ['answer', 'confidence', 'needs'],
  additionalProperties: false,
};

/** Below this the model's answer is not given. */
const MIN_CONFIDENCE = 0.5;

/** The model's text as an answer. Takes it out of a code fence or the talk around it; undefined where there is none. */
export function readModelAnswer(text: string): ModelAnswer | undefined {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    const result = ModelAnswer.safeParse(JSON.parse(text.slice(from, to + 1)));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

const numbersIn = (text: string): string[] => (text.normalize('NFKC').replaceAll(/(?<=\d),(?=\d{3})/g, '').match(/\d+(?:\.\d+)?/g) ?? []).filter((number) => number.length > 1);

/**
 * Why an answer is not given to the customer, or undefined. `material` is what the model was given: with passages
 * to answer from, a price, date or number that stands in none of it was made up.
 */
export function objectionTo(answer: ModelAnswer, material: readonly string[], fromPassages: boolean): string | undefined {
  if (answer.needs !== 'nothing') return `needs_${answer.needs}`;
  if (answer.answer.trim() === '') return 'empty';
  if (answer.confidence < MIN_CONFIDENCE) return 'low_confidence';
  if (!fromPassages) return undefined;
  const known = new Set(material.flatMap(numbersIn));
  return numbersIn(answer.answer).every((number) => known.has(number)) ? undefined : 'unsupported_number';
}
