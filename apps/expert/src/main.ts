import { loadConfig, loadSite } from '@switchyard/config';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { ExpertEnv } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

const config = loadConfig({ name: 'expert', summary: 'asks a cloud model, with personal data taken out and within the budget' }, ExpertEnv);
const site = await loadSite(config, requireSite);
await bootTier({ tier: 'expert', queues: ['expert'], module: ExpertModule.register(config, site), config, siteVersion: site.version });
