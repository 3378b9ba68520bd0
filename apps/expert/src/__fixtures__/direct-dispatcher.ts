import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { estimateHold } from '@switchyard/consultation';
import { DispatchJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import { carryOut } from '@switchyard/routing';
import type { Site } from '@switchyard/site';

const DIRECT_SITE = Symbol('site of the direct dispatcher');

/** Stands in front of the expert: passes every message on to it for which money can be held, one with an order number as a question for that order. */
@Controller()
class DirectDispatcher {
  constructor(@Inject(DIRECT_SITE) private readonly site: Site) {}

  @Handles(DispatchJob)
  async dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<unknown> {
    const { text, turns } = job.private;
    const { site } = this;
    return carryOut({ rule: 'all', to: 'expert' }, { ...(/HG\d/.test(text) ? { trail: { intent: { label: 'order_status', confidence: 1, source: 'model' } } } : {}), context, job, site, text, turns, language: job.body.language ?? 'en', collection: 'site', moment: 'message', holdOf: (consultation) => estimateHold(site, consultation) });
  }
}

@Module({})
export class DirectDispatcherModule {
  static register(expert: DynamicModule, site: Site): DynamicModule {
    return { module: DirectDispatcherModule, imports: [expert], controllers: [DirectDispatcher], providers: [{ provide: DIRECT_SITE, useValue: site }] };
  }
}
