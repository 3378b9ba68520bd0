import { Controller, Inject } from '@nestjs/common';
import { ConsultJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import { consultCloud, type ExpertTier } from './consult-cloud.js';

export const EXPERT_TIER = Symbol('expert tier');

/** Expert tier: one message in, one reply out. All judgement lives in the functions it calls. */
@Controller()
export class ConsultProcessor {
  constructor(@Inject(EXPERT_TIER) private readonly tier: ExpertTier) {}

  @Handles(ConsultJob)
  async consult(job: JobInput<typeof ConsultJob>, context: JobContext): Promise<unknown> {
    return consultCloud(this.tier, job, context);
  }
}
