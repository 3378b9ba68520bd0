import { eventLoop, loadConfig, loadSite } from '@switchyard/config';
import { createWordScreen } from '@switchyard/guardrail';
import { keywordsForPerson } from '@switchyard/knowledge';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { WorkerEnv, readToolEnvironment } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

const config = loadConfig({ name: 'worker', summary: 'runs flows and their tools, and asks the local model' }, WorkerEnv);
const site = await loadSite(config, requireSite);
const words = createWordScreen(site.words, eventLoop);
await bootTier({ tier: 'worker', queues: ['worker'], module: WorkerModule.register(config, site, readToolEnvironment(site), words), config, siteVersion: site.version, keywordsOf: keywordsForPerson, words: { words, siteDirectory: config.SITE_DIR } });
