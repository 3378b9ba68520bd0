import type { AuditEvent, Explanation } from '@switchyard/contracts';
import { orderSteps } from './order-steps.js';

/**
 * Steps that stand only where a request has ended: the transport writes `outcome` with the reply, and the gateway
 * `replied` when it has read it, which is all there is of a request that was cancelled or ran out of time.
 */
const LAST_STEPS = new Set(['outcome', 'replied']);

/** What is recorded of one request, in order. Events of other requests or tenants are left out. */
export function explainRequest(subject: { readonly requestId: string; readonly tenant: string }, events: readonly AuditEvent[]): Explanation {
  const { requestId, tenant } = subject;
  const own = events.filter((event) => event.requestId === requestId && event.tenant === tenant);
  return { requestId, tenant, complete: own.some((event) => LAST_STEPS.has(event.step)), steps: orderSteps(own) };
}
