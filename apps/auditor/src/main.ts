import { loadConfig, loadSite } from '@switchyard/config';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { AuditorEnv } from './auditor.config.js';
import { AuditorModule } from './auditor.module.js';

const config = loadConfig({ name: 'auditor', summary: 'keeps the record of every step and explains a request' }, AuditorEnv);
const site = await loadSite(config, requireSite);
await bootTier({ tier: 'auditor', queues: ['audit'], module: AuditorModule.register(config, site), config, siteVersion: site.version });
