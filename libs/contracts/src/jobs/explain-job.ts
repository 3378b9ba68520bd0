import { z } from 'zod';
import { AuditEvent } from '../audit-event.js';
import { defineJob } from '../define-job.js';

/** Gateway -> auditor: every recorded step of one request. */
export const ExplainJob = defineJob({
  kind: 'explain',
  queue: 'audit',
  attempts: 2,
  style: 'call',
  body: z.looseObject({ subject: z.string() }),
  private: z.looseObject({}),
});

export const Explanation = z.looseObject({
  requestId: z.string(),
  tenant: z.string(),
  complete: z.boolean(),
  steps: z.array(AuditEvent),
});
export type Explanation = z.infer<typeof Explanation>;
