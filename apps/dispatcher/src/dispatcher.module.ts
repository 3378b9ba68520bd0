import { Module, type DynamicModule } from '@nestjs/common';
import type { WordScreen } from '@switchyard/guardrail';
import type { IntentModel } from '@switchyard/intent';
import { ANSWER_CACHE, MESH_STATE, MeshModule, REVIEWS, type AnswerCache, type MeshState, type Reviews } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { MessageEmbedder } from './classify/message-embedder.js';
import { DispatchProcessor } from './dispatch.processor.js';
import { ApprovedAnswers } from './recall/approved-answers.js';
import { Recaller } from './recall/recaller.js';
import { DISPATCH_TIER, DispatchTier } from './dispatch-tier.js';
import type { DispatcherConfig } from './dispatcher.config.js';

@Module({ controllers: [DispatchProcessor] })
export class DispatcherModule {
  static register(config: DispatcherConfig, site: Site, model: IntentModel, words: WordScreen, embedder?: MessageEmbedder): DynamicModule {
    return {
      module: DispatcherModule,
      imports: [MeshModule.register(config, site)],
      providers: [{ provide: DISPATCH_TIER, inject: [MESH_STATE, ANSWER_CACHE, REVIEWS], useFactory: (state: MeshState, answers: AnswerCache, reviews: Reviews) => new DispatchTier(site, model, state, words, embedder, new Recaller(site.version, answers), new ApprovedAnswers(reviews)) }],
    };
  }
}
