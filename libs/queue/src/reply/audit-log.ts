import type { Tier, UntimedEvent } from '@switchyard/contracts';
import type { RedisClock } from '../connect/redis-clock.js';
import type { Outbox } from './outbox.js';

/** What is written of a step outside a job; inside one, `context.record` does it. */
export interface AuditSubject {
  readonly requestId: string;
  readonly tenant: string;
  readonly conversationId: string;
  readonly siteVersion: string;
}

/** Records the steps of an app that has no job in its hands, such as the gateway. */
export class AuditLog {
  private count = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly clock: RedisClock,
    private readonly instance: string,
  ) {}

  /** `facts` must hold no words of the customer. `at`: when the step was, by Redis' clock; now where absent. */
  record(tier: Tier, subject: AuditSubject, step: string, facts: Record<string, unknown>, { at = this.clock.now(), tookMs }: { readonly at?: number; readonly tookMs?: number | undefined } = {}): void {
    this.outbox.event({ ...this.untimed(tier, subject, step, facts, tookMs), at });
  }

  /** The event of a step that somebody else writes, and knows the time of. */
  untimed(tier: Tier, { requestId, tenant, conversationId, siteVersion }: AuditSubject, step: string, facts: Record<string, unknown>, tookMs?: number): UntimedEvent {
    // The instance and a count stand where a job has its hop and attempt: other gateways record steps of it, too.
    const id = `${requestId}.${tier}.${this.instance}.${(this.count += 1)}`;
    return { id, requestId, tenant, conversationId, tier, instance: this.instance, step, ...(tookMs === undefined ? {} : { tookMs }), attempt: 1, siteVersion, facts };
  }
}
