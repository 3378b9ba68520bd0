import { Controller, Inject } from '@nestjs/common';
import { DispatchJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import { dispatchMessage } from './dispatch-message.js';
import { DISPATCH_TIER, type DispatchTier } from './dispatch-tier.js';

/** Dispatcher: one message in; a route, with its reason, out. */
@Controller()
export class DispatchProcessor {
  constructor(@Inject(DISPATCH_TIER) private readonly tier: DispatchTier) {}

  @Handles(DispatchJob)
  dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    return dispatchMessage(this.tier, job, context);
  }
}
