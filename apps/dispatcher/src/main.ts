import { eventLoop, loadConfig, loadSite } from '@switchyard/config';
import { createWordScreen, prepareInjectionClassifier } from '@switchyard/guardrail';
import { keywordsForPerson } from '@switchyard/knowledge';
import { requireFeatures } from '@switchyard/intent';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { createLogger } from '@switchyard/telemetry';
import { findEmbedder } from './classify/find-embedder.js';
import { loadInjectionModel, loadIntentModel } from './classify/load-trained.js';
import { MessageEmbedder } from './classify/message-embedder.js';
import { DispatcherEnv } from './dispatcher.config.js';
import { DispatcherModule } from './dispatcher.module.js';

const config = loadConfig({ name: 'dispatcher', summary: 'screens a message, recognises its intent and picks its route' }, DispatcherEnv);
const site = await loadSite(config, requireSite);
if (site.router) requireFeatures(site.router);
const logger = createLogger('dispatcher', config.LOG_LEVEL);
const embedder = await findEmbedder(config, site, logger);
const model = await loadIntentModel(site, config.DATA_DIR, {
  embedder,
  onProblem: ({ code, detail }) => logger.warn({ code, detail }, 'the sentences of the site have no vectors: messages are recognised by their words'),
});
if (embedder) logger.info({ embedder: embedder.fingerprint, used: model.parts.dense !== undefined }, 'whether vectors make the intent model better');
prepareInjectionClassifier(await loadInjectionModel(config.DATA_DIR));
const words = createWordScreen(site.words, eventLoop);
await bootTier({ tier: 'dispatcher', queues: ['dispatch'], module: DispatcherModule.register(config, site, model, words, embedder && new MessageEmbedder(embedder, config.INTENT_VECTOR_MS)), config, siteVersion: site.version, keywordsOf: keywordsForPerson, words: { words, siteDirectory: config.SITE_DIR } });
