import { Module, type DynamicModule } from '@nestjs/common';
import { eventLoop } from '@switchyard/config';
import { createWordScreen, type WordScreen } from '@switchyard/guardrail';
import { MeshModule, REDIS, type RedisConnection } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { createLogger } from '@switchyard/telemetry';
import { Budget } from './budget/budget.js';
import { BUDGET, BudgetSweep, SITE } from './budget/budget-sweep.js';
import { AnnounceExpert, LOGGER, MODEL_CHOICE } from './consult/announce-expert.js';
import { requirePrompt } from './consult/build-prompt.js';
import { chooseExpertModel } from './consult/choose-expert-model.js';
import type { ExpertTier } from './consult/consult-cloud.js';
import { ConsultProcessor, EXPERT_TIER } from './consult/consult.processor.js';
import { LeftSite } from './consult/left-site.js';
import { effectiveEgress, readExpertKeys, type ExpertConfig } from './expert.config.js';

@Module({ controllers: [ConsultProcessor], providers: [AnnounceExpert, BudgetSweep] })
export class ExpertModule {
  /** Wires the tier. @throws MeshError SITE_INVALID or CONFIG_INVALID, so that a bad setting stops the start and not the traffic */
  static register(config: ExpertConfig, site: Site, keys = readExpertKeys(config, site), words: Pick<WordScreen, 'current'> = createWordScreen(site.words, eventLoop)): DynamicModule {
    requirePrompt(site);
    const choice = chooseExpertModel(site, effectiveEgress(config, site), keys);
    return {
      module: ExpertModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        { provide: SITE, useValue: site },
        { provide: MODEL_CHOICE, useValue: choice },
        { provide: LOGGER, useFactory: () => createLogger('expert', config.LOG_LEVEL) },
        { provide: BUDGET, inject: [REDIS], useFactory: (redis: RedisConnection) => new Budget(redis) },
        {
          provide: EXPERT_TIER,
          inject: [REDIS, BUDGET],
          useFactory: (redis: RedisConnection, budget: Budget): ExpertTier => ({ site, choice, budget, leftSite: new LeftSite(redis), get matcher() { return words.current(); } }),
        },
      ],
    };
  }
}
