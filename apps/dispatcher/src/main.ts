import { eventLoop, loadConfig, loadSite } from '@switchyard/config';
import { createWordScreen, prepareInjectionClassifier } from '@switchyard/guardrail';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { loadInjectionModel, loadIntentModel } from './classify/load-trained.js';
import { DispatcherEnv } from './dispatcher.config.js';
import { DispatcherModule } from './dispatcher.module.js';

const config = loadConfig({ name: 'dispatcher', summary: 'screens a message, recognises its intent and picks its route' }, DispatcherEnv);
const site = await loadSite(config, requireSite);
const model = await loadIntentModel(site, config.DATA_DIR);
prepareInjectionClassifier(await loadInjectionModel(config.DATA_DIR));
const words = createWordScreen(site.words, eventLoop);
await bootTier({ tier: 'dispatcher', queues: ['dispatch'], module: DispatcherModule.register(config, site, model, words), config, siteVersion: site.version, words: { words, siteDirectory: config.SITE_DIR } });
