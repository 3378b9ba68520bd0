import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { AnswerJob, DispatchJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { findSlots } from './shop-site.js';

const SITE = Symbol('site');

/** Stands in front of the worker: what begins with "ask:" goes to the model, with the intent `refund` where it names that; the rest into the flow `refund`. */
@Controller()
class DirectDispatcher {
  constructor(@Inject(SITE) private readonly site: Site) {}

  @Handles(DispatchJob)
  async dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<unknown> {
    const { text } = job.private;
    const { flow, turns } = await context.conversation();
    const slots = findSlots(this.site, text);
    const mode = text.startsWith('ask:') ? 'model' : 'flow';
    return context.forward(AnswerJob, {
      body: { mode, ...(flow ? {} : { flow: 'refund' }), replyLanguage: job.body.language ?? 'en', slotNames: Object.keys(slots) },
      private: { text, slots, turns },
      ...(mode === 'model' && text.includes('refund') ? { trail: { intent: { label: 'refund', confidence: 0.9, source: 'model' } } } : {}),
    });
  }
}

@Module({})
export class DirectDispatcherModule {
  static register(site: Site, worker: DynamicModule): DynamicModule {
    return { module: DirectDispatcherModule, imports: [worker], controllers: [DirectDispatcher], providers: [{ provide: SITE, useValue: site }] };
  }
}
