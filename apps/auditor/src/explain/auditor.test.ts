import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ExplainJob, Explanation } from '@switchyard/contracts';
import { AUDIT_FIELD, AUDIT_STREAM, Mesh, startTier, type RunningTier } from '@switchyard/queue';
import { startRedis, writeSealKeyFile, type TestRedis } from '@switchyard/testing';
import { auditEvent } from '../__fixtures__/open-record.js';
import { parseEnvironment } from '@switchyard/config';
import { AuditorEnv } from '../auditor.config.js';
import { AuditorModule, type AuditorSite } from '../auditor.module.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const text = { zh: '好', en: 'ok' };
const site: AuditorSite = {
  version: 'v1',
  settings: { defaultLanguage: 'en', texts: { refused: text, handedOver: text, failed: text, expired: text, cancelled: text }, retention: { requestHours: 1, conversationHours: 1 } },
};

let redis: TestRedis;
let key: Awaited<ReturnType<typeof writeSealKeyFile>>;
let directory: string;
let tier: RunningTier;
let mesh: Mesh;
beforeAll(async () => {
  [redis, key, directory] = await Promise.all([startRedis(), writeSealKeyFile(), mkdtemp(join(tmpdir(), 'switchyard-auditor-'))]);
  const env = { REDIS_URL: redis.url, SITE_DIR: '/site', SEAL_KEY_FILE: key.path, DATA_DIR: directory, LOG_LEVEL: 'silent' };
  const config = parseEnvironment(AuditorEnv, { ...env, INSTANCE: 'auditor-1' });
  tier = await startTier({ tier: 'auditor', queues: ['audit'], module: AuditorModule.register(config, site), config, siteVersion: 'v1' });
  mesh = await Mesh.open({ ...config, INSTANCE: 'gateway-1' }, site);
});
afterAll(async () => {
  await mesh?.onApplicationShutdown();
  await tier?.close();
  await redis.stop();
  await key.remove();
  await rm(directory, { recursive: true, force: true });
});

async function explain(requestId: string, tenant = 'demo'): Promise<Explanation> {
  return Explanation.parse(await mesh.client.call(ExplainJob, { tenant, body: { subject: requestId }, private: {}, timeoutMs: 10_000, siteVersion: 'v1' }));
}
const subjectOf = (requestId: string) => ({ requestId, tenant: 'demo', conversationId: 'c1', siteVersion: 'v1' });

it('explains a request with every step that was written before it was asked', async () => {
  const requestId = randomUUID();
  mesh.audit.record('gateway', subjectOf(requestId), 'accepted', { lane: 'normal' });
  mesh.audit.record('gateway', subjectOf(requestId), 'outcome', { outcome: 'answered' });
  const explanation = await explain(requestId);
  expect(explanation).toMatchObject({ requestId, tenant: 'demo', complete: true });
  expect(explanation.steps.map((step) => step.step)).toEqual(['accepted', 'outcome']);
});

it('waits for the last words of a request that has just ended', async () => {
  const requestId = randomUUID();
  const event = (step: string, n: number) => auditEvent({ id: `${requestId}.worker.1.1.${n}`, requestId, step, at: n });
  await mesh.redis.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, JSON.stringify([event('answered', 1)]));
  const asked = explain(requestId);
  await mesh.redis.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, JSON.stringify([event('outcome', 2)]));
  expect(await asked).toMatchObject({ complete: true, steps: [{ step: 'answered' }, { step: 'outcome' }] });
});

it('says of a request in work that more may come', async () => {
  const requestId = randomUUID();
  mesh.audit.record('gateway', subjectOf(requestId), 'accepted', {});
  expect(await explain(requestId)).toMatchObject({ complete: false, steps: [{ step: 'accepted' }] });
});

it('tells nothing of another tenant\'s request, nor of one that was never there', async () => {
  const requestId = randomUUID();
  mesh.audit.record('gateway', subjectOf(requestId), 'outcome', {});
  expect((await explain(requestId)).steps).toHaveLength(1);
  expect(await explain(requestId, 'other')).toEqual({ requestId, tenant: 'other', complete: false, steps: [] });
  expect((await explain('r-unknown')).steps).toEqual([]);
});

it('is ready while its database answers', async () => {
  const response = await fetch(`${tier.url}/health/ready`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'up', checks: { running: 'up', redis: 'up', database: 'up' } }]);
  expect(await (await fetch(`${tier.url}/metrics`)).text()).toContain('switchyard_audit_lag_entries');
});
