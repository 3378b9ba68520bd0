import { MOST_STEPS, type JobInput, type ListStepsJob } from '@switchyard/contracts';
import { z } from 'zod';
import { listLimit } from '../problem/list-limit.js';
import { parseInput } from '../problem/parse-input.js';

const MUST = 'must be names of steps with commas between them, 16 at most';
const Whole = z.string({ error: 'must be a whole number' }).regex(/^\d{1,15}$/, 'must be a whole number').transform(Number);

const StepsQuery = z.object({
  step: z.string({ error: MUST }).regex(/^[a-z_]{1,40}(?:,[a-z_]{1,40}){0,15}$/, MUST),
  since: Whole.optional(),
  before: Whole.pipe(z.int().min(1, 'must be above 0')).optional(),
  limit: listLimit(MOST_STEPS),
});

/** @throws MeshError REQUEST_INVALID naming the field */
export function readStepsQuery(query: unknown): JobInput<typeof ListStepsJob>['body'] {
  const { step, since, before, limit } = parseInput(StepsQuery, query);
  return { steps: [...new Set(step.split(','))], since: since ?? 0, limit, ...(before === undefined ? {} : { before }) };
}
