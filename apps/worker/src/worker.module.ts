import { Module, type DynamicModule } from '@nestjs/common';
import { eventLoop } from '@switchyard/config';
import { createWordScreen, type WordScreen } from '@switchyard/guardrail';
import { findLocalModel, type LocalModel } from '@switchyard/local-models';
import { ANSWER_CACHE, MESH_STATE, MeshModule, type AnswerCache, type MeshState } from '@switchyard/queue';
import { canaryOf, type Site } from '@switchyard/site';
import { createLogger, type Logger } from '@switchyard/telemetry';
import { createToolCaller } from '@switchyard/tools';
import { AnswerProcessor, FLOWS, MODEL_TIER } from './answer/answer.processor.js';
import { requirePrompt } from './answer/build-prompt.js';
import { createEscalate } from './answer/escalate.js';
import { LOCAL_MODEL, LOGGER, LocalModelWatch, MODEL_NEED, type ModelNeed } from './answer/local-model-watch.js';
import { createPromptSecrets } from './answer/prompt-secrets.js';
import { createScreenAnswer } from './answer/screen-answer.js';
import type { VariantTier } from './answer/variant/answer-by-variant.js';
import { requireSoundFlows } from './flow/require-sound-flows.js';
import { prepareFlows } from './flow/run-flow.js';
import { readToolEnvironment, type WorkerConfig } from './worker.config.js';

@Module({ controllers: [AnswerProcessor], providers: [LocalModelWatch] })
export class WorkerModule {
  /** Wires the tier; `environment` holds what the tools name, `words` what answers are screened with. @throws MeshError SITE_INVALID or CONFIG_INVALID, so that a bad site stops the start and not the traffic */
  static register(config: WorkerConfig, site: Site, environment = readToolEnvironment(site), words: Pick<WordScreen, 'current'> = createWordScreen(site.words, eventLoop)): DynamicModule {
    requireSoundFlows(site);
    requirePrompt(site);
    const egress = config.EGRESS === 'blocked' ? 'blocked' : site.settings.egress;
    const callTool = createToolCaller(site.tools, environment);
    const flows = prepareFlows(site, callTool);
    return {
      module: WorkerModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        { provide: FLOWS, useValue: flows },
        { provide: LOGGER, useFactory: () => createLogger('worker', config.LOG_LEVEL) },
        { provide: LOCAL_MODEL, inject: [LOGGER], useFactory: (logger: Logger) => localModelOf(config, site, egress, logger) },
        { provide: MODEL_NEED, useValue: { isNamed: site.settings.models.worker !== undefined, hasCanary: site.settings.models.worker?.canary !== undefined, isRequired: config.MODEL_REQUIRED } satisfies ModelNeed },
        {
          provide: MODEL_TIER,
          inject: [LOCAL_MODEL, MESH_STATE, ANSWER_CACHE],
          useFactory: (model: LocalModel | undefined, state: MeshState, answers: AnswerCache): VariantTier => ({
            site,
            model,
            canaryShare: config.CANARY_SHARE ?? site.settings.models.worker?.canary?.share ?? 0,
            answers,
            screen: createScreenAnswer(words),
            secrets: createPromptSecrets(site),
            callTool,
            escalate: createEscalate({ site, readMesh: (tenant, conversationId) => state.read(tenant, conversationId) }),
          }),
        },
      ],
    };
  }
}

async function localModelOf(config: WorkerConfig, site: Site, egress: 'allowed' | 'blocked', logger: Logger): Promise<LocalModel | undefined> {
  const settings = site.settings.models.worker;
  if (settings === undefined) return undefined;
  const { model, adapter } = settings;
  const canary = canaryOf(settings);
  return findLocalModel({
    model,
    adapter,
    ollamaUrl: config.OLLAMA_URL,
    openAiCompatibleUrl: config.OPENAI_COMPATIBLE_URL,
    slots: config.MODEL_SLOTS,
    onSiteOnly: egress === 'blocked',
    ...(canary ? { canary: { ...canary, ollamaUrl: config.CANARY_OLLAMA_URL, openAiCompatibleUrl: config.CANARY_OPENAI_COMPATIBLE_URL } } : {}),
    onProblem: (problem) => logger.warn({ code: problem.code, detail: problem.detail, model, adapter }, 'no local model now'),
  });
}
