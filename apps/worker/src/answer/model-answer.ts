import { z } from 'zod';

/** A model's own judgement of what a message takes beside its answer. */
export const Needs = z.enum(['nothing', 'knowledge', 'expert', 'human']);

/** What the local model is asked for where it has no passages to answer from. */
export const ModelAnswer = z.object({
  answer: z.string(),
  confidence: z.number().min(0).max(1),
  needs: Needs,
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/** The same as a JSON Schema, for servers that can hold a model to it, and to its order. */
export const MODEL_ANSWER_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    needs: { type: 'string', enum: [...Needs.options] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    answer: { type: 'string' },
  },
  required: ['needs', 'confidence', 'answer'],
  additionalProperties: false,
};

/** Below this the model's answer is not given. */
export const MIN_CONFIDENCE = 0.5;

/** The JSON object in a model's text, out of a code fence or the talk around it; undefined where there is none of that shape. */
export function readJson<Shape extends z.ZodType>(text: string, shape: Shape): z.infer<Shape> | undefined {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    const result = shape.safeParse(JSON.parse(text.slice(from, to + 1)));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** The model's text as an answer. */
export const readModelAnswer = (text: string): ModelAnswer | undefined => readJson(text, ModelAnswer);

/** A letter, a digit or a picture: without any, an answer says nothing, though it is not empty. */
const SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
export const saysSomething = (text: string): boolean => SOMETHING.test(text);

/** Why an answer without passages is not given to the customer, or undefined. */
export function objectionTo(answer: ModelAnswer): string | undefined {
  if (answer.needs !== 'nothing') return `needs_${answer.needs}`;
  if (!saysSomething(answer.answer)) return 'empty';
  return answer.confidence < MIN_CONFIDENCE ? 'low_confidence' : undefined;
}
