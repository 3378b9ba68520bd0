import type { Embedder } from '@switchyard/contracts';
import { findLocalEmbedder } from '@switchyard/local-models';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import type { DispatcherConfig } from '../dispatcher.config.js';

type Settings = Pick<DispatcherConfig, 'EGRESS' | 'INTENT_VECTOR_MS' | 'OLLAMA_URL' | 'OPENAI_COMPATIBLE_URL'>;

/**
 * The embedding model that the site names; undefined where it names none, or its server is not there at the start.
 * @throws MeshError CONFIG_INVALID where nothing may leave, and the server is not on a private network
 */
export async function findEmbedder(config: Settings, site: Pick<Site, 'settings'>, logger: Pick<Logger, 'warn'>): Promise<Embedder | undefined> {
  const model = site.settings.models.embedding?.model;
  if (model === undefined || config.INTENT_VECTOR_MS === 0) return undefined;
  return findLocalEmbedder({
    model,
    ollamaUrl: config.OLLAMA_URL,
    openAiCompatibleUrl: config.OPENAI_COMPATIBLE_URL,
    onSiteOnly: config.EGRESS === 'blocked' || site.settings.egress === 'blocked',
    onProblem: (problem) => logger.warn({ code: problem.code, detail: problem.detail, model }, 'no embedding model now: messages are recognised by their words'),
  });
}
