import { loadConfig, loadSite } from '@switchyard/config';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { WorkerEnv } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

const config = loadConfig({ name: 'worker', summary: 'runs flows and their tools, and asks the local model' }, WorkerEnv);
const site = await loadSite(config, requireSite);
await bootTier({ tier: 'worker', queues: ['worker'], module: WorkerModule.register(config, site), config, siteVersion: site.version });
