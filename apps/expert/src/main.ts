import { eventLoop, loadConfig, loadSite } from '@switchyard/config';
import { createWordScreen } from '@switchyard/guardrail';
import { keywordsForPerson } from '@switchyard/knowledge';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { effectiveEgress, ExpertEnv, readExpertKeys } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

const config = loadConfig({ name: 'expert', summary: 'asks a cloud model, with personal data taken out and within the budget' }, ExpertEnv);
const site = await loadSite(config, requireSite);
const words = createWordScreen(site.words, eventLoop);
// Where nothing may leave there is no queue either: nothing is put into it, nothing waits in it, and no handler is there to send it.
const queues = effectiveEgress(config, site) === 'blocked' ? [] : (['expert'] as const);
await bootTier({ tier: 'expert', queues, module: ExpertModule.register(config, site, readExpertKeys(config, site), words), config, siteVersion: site.version, keywordsOf: keywordsForPerson, words: { words, siteDirectory: config.SITE_DIR } });
