import { Controller, Inject } from '@nestjs/common';
import { ExplainJob, type Explanation, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles, REDIS, type RedisConnection } from '@switchyard/queue';
import { AuditRecord } from '../record/audit-record.js';
import { RECORDER } from '../record/record-events.js';
import type { StreamRecorder } from '../record/stream-recorder.js';
import { explainWhenStored } from './explain-when-stored.js';

/** Answers `explain`: every recorded step of one request, to the tenant whose request it is. */
@Controller()
export class ExplainProcessor {
  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    @Inject(AuditRecord) private readonly record: AuditRecord,
    @Inject(RECORDER) private readonly recorder: Pick<StreamRecorder, 'hurry'>,
  ) {}

  @Handles(ExplainJob)
  explain(job: JobInput<typeof ExplainJob>, context: JobContext): Promise<Explanation> {
    // The tenant is the caller's, from the envelope; another's request reads as one without steps.
    const subject = { tenant: job.envelope.tenant, requestId: job.body.subject };
    return explainWhenStored(subject, { redis: this.redis, record: this.record, signal: context.signal, hurry: () => this.recorder.hurry() });
  }
}
