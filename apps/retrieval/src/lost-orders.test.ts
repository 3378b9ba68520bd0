import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { IngestJob, ListDocumentsJob } from '@switchyard/contracts';
import { DocumentLedger, Mesh, startTier } from '@switchyard/queue';
import { startRedis, writeSealKeyFile } from '@switchyard/testing';
import { helpSite } from './__fixtures__/help-site.js';
import { RetrievalEnv } from './retrieval.config.js';
import { RetrievalModule } from './retrieval.module.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** An order that a gateway has handed over, and the job that carries it, before any tier runs. */
async function orderWithoutTier(lifetimeMs: number) {
  const [redis, keys, folder] = [await startRedis(), await writeSealKeyFile(), await mkdtemp(join(tmpdir(), 'lost-orders-'))];
  stops.push(() => redis.stop(), () => keys.remove(), () => rm(folder, { recursive: true, force: true }));
  const env = { REDIS_URL: redis.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, LOG_LEVEL: 'silent', DATA_DIR: folder };
  const site = helpSite();
  const config = parseEnvironment(RetrievalEnv, { ...env, INSTANCE: 'lost-orders' });
  const gateway = await Mesh.open({ ...config, INSTANCE: 'lost-orders-gateway' }, site);
  stops.push(() => gateway.onApplicationShutdown());
  const ledger = new DocumentLedger(gateway.redis);
  const place = { tenant: 'demo', collection: 'site', documentId: 'poison' };
  const sequence = await ledger.next();
  const added = Promise.withResolvers<void>();
  const outcome = gateway.client.deliver(IngestJob, {
    tenant: 'demo', body: { collection: 'site', documentId: 'poison', operation: 'put', sequence }, private: { title: 'P', text: 'Words.' },
    timeoutMs: 60_000, lifetimeMs, lane: 'bulk', siteVersion: site.version,
    onAdded: async () => {
      await ledger.wait(place, sequence, Date.now());
      added.resolve();
    },
  }).then(() => 'done', (error: unknown) => error);
  await added.promise;
  const jobs = (await gateway.redis.keys('switchyard:{ingest}:*.ingest.0'));
  expect(jobs).toHaveLength(1);
  const start = async (): Promise<void> => {
    const tier = await startTier({ tier: 'retrieval', queues: ['retrieval', 'ingest'], module: RetrievalModule.register(config, site), config, siteVersion: site.version });
    stops.push(() => tier.close());
  };
  const status = () => gateway.client.call(ListDocumentsJob, { tenant: 'demo', body: { collection: 'site', limit: 1, documentId: 'poison' }, private: {}, timeoutMs: 60_000 });
  return { gateway, ledger, place, sequence, outcome, job: jobs[0] ?? '', start, status };
}

it('a document that killed every worker that took it has failed, with the code, as soon as its job has', async () => {
  const { gateway, ledger, place, sequence, outcome, job, start, status } = await orderWithoutTier(86_400_000);
  // As workers leave it that died with the job in their hands, the last of them alone with it.
  await ledger.begin(place, sequence, Date.now());
  await gateway.redis.hset(job, { ats: 3, alone: 1 });
  expect(await ledger.find(place)).toMatchObject({ state: 'indexing' });
  await start();
  expect(await outcome).toMatchObject({ code: 'ATTEMPTS_EXHAUSTED' });
  expect(await status()).toMatchObject({ documents: [{ documentId: 'poison', state: 'failed', passages: 0, error: { code: 'ATTEMPTS_EXHAUSTED', reason: '3 workers were lost with this job' } }] });
}, 60_000);

it('an order whose time was over before a tier came has failed as well', async () => {
  const { outcome, start, status } = await orderWithoutTier(1);
  await start();
  expect(await outcome).toMatchObject({ code: 'DEADLINE_PASSED' });
  expect(await status()).toMatchObject({ documents: [{ state: 'failed', error: { code: 'DEADLINE_PASSED' } }] });
}, 60_000);

it('an order that cannot be opened has failed as well', async () => {
  const { gateway, outcome, job, start, status } = await orderWithoutTier(86_400_000);
  const data = JSON.parse((await gateway.redis.hget(job, 'data')) ?? '{}') as Record<string, unknown>;
  await gateway.redis.hset(job, 'data', JSON.stringify({ ...data, requestId: `${String(data['requestId'])}x` }));
  await start();
  await expect.poll(status, { timeout: 30_000 }).toMatchObject({ documents: [{ state: 'failed', error: { code: 'SEAL_BROKEN' } }] });
  void outcome;
}, 60_000);
