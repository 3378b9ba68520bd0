import { join } from 'node:path';
import { Counter } from 'prom-client';
import type { Embedder } from '@switchyard/contracts';
import { batchingEmbedder, keepingEmbedder, openLastingEmbedder, timelyEmbedder } from '@switchyard/local-models';
import type { Site } from '@switchyard/site';
import { registry, type Logger } from '@switchyard/telemetry';
import type { RetrievalConfig } from '../retrieval.config.js';

const vectors = new Counter({
  name: 'switchyard_question_vectors_total',
  help: 'Questions to the knowledge base by what became of their vector: "used"; searched by words alone because the server was too slow ("late") or failed ("failed"), or is not asked for a while after several of those ("rest").',
  labelNames: ['result'],
  registers: [registry],
});

/** Questions that come within so many milliseconds of one another are embedded in one call. */
const BATCH = { waitMs: 4, maxTexts: 32 };

type Settings = Pick<RetrievalConfig, 'DATA_DIR' | 'EMBED_MS' | 'KEPT_VECTORS' | 'OLLAMA_URL' | 'OPENAI_COMPATIBLE_URL'>;

/**
 * The site's embedding model, asked in batches, and for no passage twice. Undefined where the site names none, or it is away and has
 * never been there.
 * @throws MeshError CONFIG_INVALID where nothing may leave, and the server is not on a private network
 */
export async function openEmbedder(config: Settings, site: Pick<Site, 'settings'>, egress: 'allowed' | 'blocked', logger: Logger): Promise<Embedder | undefined> {
  const model = site.settings.models.embedding?.model;
  if (model === undefined || config.EMBED_MS === 0) return undefined;
  const directory = join(config.DATA_DIR, 'vectors');
  const lasting = await openLastingEmbedder({
    model,
    directory,
    ollamaUrl: config.OLLAMA_URL,
    openAiCompatibleUrl: config.OPENAI_COMPATIBLE_URL,
    onSiteOnly: egress === 'blocked',
    onProblem: (problem) => logger.warn({ code: problem.code, detail: problem.detail, model }, 'no embedding model now: documents are found by their words'),
  });
  if (!lasting) return undefined;
  const batching = batchingEmbedder(lasting, BATCH);
  const keeping = config.KEPT_VECTORS === 0 ? batching : keepingEmbedder(batching, { directory, maxVectors: config.KEPT_VECTORS });
  return timelyEmbedder(keeping, { queryMs: config.EMBED_MS, onQuery: (result) => vectors.inc({ result }) });
}
