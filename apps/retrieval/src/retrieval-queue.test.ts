import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { IngestJob, ListDocumentsJob, SearchJob, type JobContract } from '@switchyard/contracts';
import { MESH_CLIENT, startTier, type MeshClient, type RunningTier } from '@switchyard/queue';
import { startRedis, writeSealKeyFile } from '@switchyard/testing';
import { helpSite, KNOWLEDGE } from './__fixtures__/help-site.js';
import { RetrievalEnv } from './retrieval.config.js';
import { RetrievalModule } from './retrieval.module.js';

let tier: RunningTier;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [redis, keys, folder] = [await startRedis(), await writeSealKeyFile(), await mkdtemp(join(tmpdir(), 'retrieval-'))];
  stops.push(() => redis.stop(), () => keys.remove(), () => rm(folder, { recursive: true, force: true }));
  const site = helpSite();
  const config = parseEnvironment(RetrievalEnv, { REDIS_URL: redis.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, INSTANCE: 'retrieval-test', LOG_LEVEL: 'silent', DATA_DIR: folder });
  tier = await startTier({ tier: 'retrieval', queues: ['retrieval', 'ingest'], module: RetrievalModule.register(config, site), config, siteVersion: site.version });
});
afterAll(async () => {
  await tier?.close();
  for (const stop of stops.toReversed()) await stop();
});

const call = (contract: JobContract, body: object, own: object): Promise<unknown> =>
  tier.app.get<MeshClient>(MESH_CLIENT, { strict: false }).call(contract, { tenant: 'demo', body, private: own, timeoutMs: 10_000 });

it('has the documents of the site as soon as it is ready', async () => {
  expect((await fetch(`${tier.url}/health/ready`)).status).toBe(200);
  expect(await call(ListDocumentsJob, { collection: 'site', limit: 10 }, {})).toMatchObject({ documents: Object.keys(KNOWLEDGE).toSorted().map((documentId) => ({ documentId })) });
});

it('takes a document from the queue, finds it, and gives errors back with their code', async () => {
  const body = { collection: 'site', documentId: 'parking', operation: 'put' };
  expect(await call(IngestJob, body, { title: '停车', text: '地下车库可免费停车两小时。' })).toEqual({ documentId: 'parking', passages: 1, state: 'indexed' });
  expect(await call(SearchJob, { collection: 'site', limit: 1 }, { query: '停车免费吗' })).toMatchObject({ passages: [{ documentId: 'parking' }] });
  await expect(call(IngestJob, body, { fileName: 'x.pdf', content: 'JVBERg==' })).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', field: 'x.pdf' });
});
