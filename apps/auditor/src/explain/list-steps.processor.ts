import { Controller, Inject } from '@nestjs/common';
import { ListStepsJob, type JobInput, type StepList } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import { AuditRecord } from '../record/audit-record.js';

/** Answers `list-steps`: recorded steps of some kinds, to the tenant whose they are. What is still on the stream is not among them. */
@Controller()
export class ListStepsProcessor {
  constructor(@Inject(AuditRecord) private readonly record: Pick<AuditRecord, 'stepsOf'>) {}

  @Handles(ListStepsJob)
  list({ envelope, body }: JobInput<typeof ListStepsJob>): Promise<StepList> {
    return this.record.stepsOf(envelope.tenant, body);
  }
}
