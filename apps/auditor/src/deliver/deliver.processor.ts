import { Controller, Inject } from '@nestjs/common';
import { DeliverJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { toMeshError } from '@switchyard/errors';
import { AUDIT_LOG, Handles, type AuditLog } from '@switchyard/queue';
import { Deliverer } from './deliverer.js';
import { deliveries } from './delivery-metrics.js';

/** Takes what is to be delivered; the queue tries again what failed. Each attempt is recorded with the request that it is of. */
@Controller()
export class DeliverProcessor {
  constructor(
    @Inject(Deliverer) private readonly deliverer: Deliverer,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'record'>,
  ) {}

  @Handles(DeliverJob)
  async deliver(job: JobInput<typeof DeliverJob>, context: JobContext): Promise<void> {
    const { delivery, subject: requestId, conversationId } = job.body;
    const { tenant, siteVersion } = job.envelope;
    const { attempt } = context;
    const began = performance.now();
    const record = (step: string, facts: Record<string, unknown>): void =>
      this.audit.record('auditor', { requestId, tenant, conversationId, siteVersion }, step, { delivery, attempt, ...facts }, { tookMs: Math.round(performance.now() - began) });
    try {
      const status = await this.deliverer.deliver(job, context.now(), context.signal);
      deliveries.inc({ delivery, result: 'delivered' });
      record('delivered', { status });
    } catch (error) {
      const { code, detail } = toMeshError(error);
      deliveries.inc({ delivery, result: code });
      record('delivery_failed', { code, detail });
      throw error;
    }
  }
}
