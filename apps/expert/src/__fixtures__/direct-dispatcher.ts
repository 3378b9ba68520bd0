import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { ConsultJob, DispatchJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';

/** Stands in front of the expert: passes every message on to it, one with an order number as a question for that order. */
@Controller()
class DirectDispatcher {
  @Handles(DispatchJob)
  async dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<unknown> {
    const { text, turns } = job.private;
    return context.forward(ConsultJob, { body: { replyLanguage: job.body.language ?? 'en' }, private: { text, turns }, trail: { rules: ['all'], ...(/HG\d/.test(text) ? { intent: { label: 'order_status', confidence: 1, source: 'model' } } : {}) } });
  }
}

@Module({})
export class DirectDispatcherModule {
  static register(expert: DynamicModule): DynamicModule {
    return { module: DirectDispatcherModule, imports: [expert], controllers: [DirectDispatcher] };
  }
}
