import { loadConfig, loadSite } from '@switchyard/config';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { AuditorEnv } from './auditor.config.js';
import { AuditorModule } from './auditor.module.js';

const config = loadConfig({ name: 'auditor', summary: 'keeps the record of every step, explains a request, and tells people outside the mesh of what they take over' }, AuditorEnv);
const site = await loadSite(config, requireSite);
await bootTier({ tier: 'auditor', queues: ['audit', 'delivery'], module: AuditorModule.register(config, site, process.env), config, siteVersion: site.version });
