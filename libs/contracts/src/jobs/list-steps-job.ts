import { z } from 'zod';
import { AuditEvent } from '../audit-event.js';
import { defineJob } from '../define-job.js';

/** As many steps as one call lists. */
export const MOST_STEPS = 500;

/** Gateway -> auditor: the recorded steps of some kinds over all requests of a tenant, the latest first. */
export const ListStepsJob = defineJob({
  kind: 'list-steps',
  queue: 'audit',
  attempts: 2,
  style: 'call',
  body: z.looseObject({
    /** Names of steps, such as `routed`. */
    steps: z.array(z.string()).min(1).max(16),
    /** Milliseconds since 1970: only steps from then on. */
    since: z.int().nonnegative(),
    /** Goes on behind the last list: what it gave as `next`. */
    before: z.int().positive().optional(),
    limit: z.int().min(1).max(MOST_STEPS),
  }),
  private: z.looseObject({}),
});

export const StepList = z.looseObject({
  steps: z.array(AuditEvent),
  /** Where the next list goes on; absent where there is no more. */
  next: z.int().positive().optional(),
});
export type StepList = z.infer<typeof StepList>;
