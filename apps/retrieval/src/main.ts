import { loadConfig, loadSite } from '@switchyard/config';
import { keywordsForPerson } from '@switchyard/knowledge';
import { bootTier } from '@switchyard/queue';
import { requireSite } from '@switchyard/site';
import { RetrievalEnv } from './retrieval.config.js';
import { RetrievalModule } from './retrieval.module.js';

const config = loadConfig({ name: 'retrieval', summary: 'keeps the knowledge base and answers from it, with citations' }, RetrievalEnv);
const site = await loadSite(config, requireSite);
await bootTier({ tier: 'retrieval', queues: ['retrieval', 'ingest'], module: RetrievalModule.register(config, site), config, siteVersion: site.version, keywordsOf: keywordsForPerson });
