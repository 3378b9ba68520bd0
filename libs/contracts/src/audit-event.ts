import { z } from 'zod';

/**
 * One recorded step of a request. `facts` holds ids, names, numbers and sizes, never words of the customer:
 * the record outlives the text. `id` is derived (`<requestId>.<tier>.<hop>.<attempt>.<n>`), so that writing
 * an event twice is harmless and a repeated run of a job is visible as a higher attempt.
 */
export const AuditEvent = z.looseObject({
  id: z.string(),
  requestId: z.string(),
  tenant: z.string(),
  conversationId: z.string(),
  tier: z.enum(['gateway', 'dispatcher', 'worker', 'retrieval', 'expert', 'auditor']),
  /** The app instance that did it. */
  instance: z.string(),
  step: z.string(),
  /** Milliseconds since 1970, Redis' clock. */
  at: z.int().nonnegative(),
  /** Milliseconds that the step took, where that was measured. */
  tookMs: z.number().nonnegative().optional(),
  attempt: z.int().min(1),
  siteVersion: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;
export type Tier = AuditEvent['tier'];
/** An event whose time is told by whoever writes it. */
export type UntimedEvent = Pick<AuditEvent, 'id' | 'requestId' | 'tenant' | 'conversationId' | 'tier' | 'instance' | 'step' | 'tookMs' | 'attempt' | 'siteVersion' | 'facts'>;
