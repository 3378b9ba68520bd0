import { Module, type DynamicModule } from '@nestjs/common';
import { eventLoop } from '@switchyard/config';
import { lookUpToolsOf, promptWithout, requirePrompt } from '@switchyard/consultation';
import { createWordScreen, promptSecretsOf, type WordScreen } from '@switchyard/guardrail';
import { Budget, CLOUD_CALLS, conversationTtlIn, MESH_STATE, MeshModule, REDIS, REVIEWS, SEALER, type CloudCalls, type MeshState, type RedisConnection, type Reviews, type Sealer } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import { createLogger } from '@switchyard/telemetry';
import { createToolCaller } from '@switchyard/tools';
import { BUDGET, BudgetSweep, SITE } from './budget/budget-sweep.js';
import { AnnounceExpert, LOGGER, MODELS } from './consult/announce-expert.js';
import { chooseExpertModels, type ModelChoice } from './consult/choose-expert-models.js';
import type { ExpertTier } from './consult/consult-cloud.js';
import { ConsultProcessor, EXPERT_TIER } from './consult/consult.processor.js';
import type { LookUpTier } from './consult/look-ups.js';
import { ModelChain } from './consult/model-chain.js';
import { effectiveEgress, readExpertKeys, readLookUpEnvironment, type ExpertConfig } from './expert.config.js';
import { PseudonymStore } from './redact/pseudonym-store.js';

@Module({ controllers: [ConsultProcessor], providers: [AnnounceExpert, BudgetSweep] })
export class ExpertModule {
  /** Wires the tier. @throws MeshError SITE_INVALID or CONFIG_INVALID, so that a bad setting stops the start and not the traffic */
  static register(config: ExpertConfig, site: Site, keys = readExpertKeys(config, site), words: Pick<WordScreen, 'current'> = createWordScreen(site.words, eventLoop), environmentOf = readLookUpEnvironment): DynamicModule {
    requirePrompt(site);
    const choice = chooseExpertModels(site, effectiveEgress(config, site), keys);
    const models = choice.usable ? new ModelChain(choice.usable) : choice;
    const tools = lookUpTierOf(site, choice, environmentOf);
    return {
      module: ExpertModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        { provide: SITE, useValue: site },
        { provide: MODELS, useValue: models },
        { provide: LOGGER, useFactory: () => createLogger('expert', config.LOG_LEVEL) },
        { provide: BUDGET, inject: [REDIS], useFactory: (redis: RedisConnection) => new Budget(redis) },
        {
          provide: EXPERT_TIER,
          inject: [REDIS, SEALER, BUDGET, MESH_STATE, REVIEWS, CLOUD_CALLS],
          useFactory: (redis: RedisConnection, sealer: Sealer, budget: Budget, state: MeshState, reviews: Reviews, calls: CloudCalls): ExpertTier => ({ site, models, budget, reviews, calls, tools, pseudonyms: new PseudonymStore(redis, sealer, (tenant) => conversationTtlIn(site, tenant)), readMesh: (tenant, conversationId) => state.read(tenant, conversationId), get matcher() { return words.current(); } }),
        },
      ],
    };
  }
}

/** Absent where no model may have anything looked up, or there is nothing to look up with. */
function lookUpTierOf(site: Site, { usable = [] }: ModelChoice, environmentOf: typeof readLookUpEnvironment): LookUpTier | undefined {
  const tools = lookUpToolsOf(site);
  if (tools.size === 0 || !usable.some(({ maxToolCalls }) => maxToolCalls > 0)) return undefined;
  return { callTool: createToolCaller(tools, environmentOf(tools)), secrets: promptSecretsOf(site, (language) => promptWithout(site, language)) };
}
