import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { AUDIT_STREAM, auditEventsOf, Mesh, newRequestId, startTier, type RunningTier } from '@switchyard/queue';
import { startRedis, waitFor, writeSealKeyFile, type TestRedis } from '@switchyard/testing';
import { DeliverModule } from '../__fixtures__/deliver-module.js';
import { startReceiver, type Receiver } from '../__fixtures__/receiver.js';
import { AuditorEnv } from '../auditor.config.js';
import type { AuditorSite } from '../auditor.module.js';
import { Deliverer } from './deliverer.js';
import { readDeliveryTargets } from './delivery-targets.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let redis: TestRedis;
let key: Awaited<ReturnType<typeof writeSealKeyFile>>;
let receiver: Receiver;
let tier: RunningTier;
let mesh: Mesh;
beforeAll(async () => {
  [redis, key, receiver] = await Promise.all([startRedis(), writeSealKeyFile(), startReceiver()]);
  const text = { zh: '好', en: 'the words that are told' };
  const chatwoot = { url: receiver.url, network: 'private' as const, timeoutMs: 1_000, account: 3, tokenEnv: 'TOKEN', hookHash: '' };
  const site: AuditorSite = {
    version: 'v1',
    settings: { defaultLanguage: 'en', texts: { refused: text, handedOver: text, failed: text, expired: text, cancelled: text }, retention: { requestHours: 1, conversationHours: 1 }, egress: 'allowed', tenants: [{ id: 'demo', people: { chatwoot } }] },
  };
  const config = parseEnvironment(AuditorEnv, { REDIS_URL: redis.url, SITE_DIR: '/site', SEAL_KEY_FILE: key.path, LOG_LEVEL: 'silent', INSTANCE: 'auditor-1' });
  const deliverer = new Deliverer(readDeliveryTargets(site, { TOKEN: 'secret-token' }, 'allowed'), []);
  const module = DeliverModule.register(config, site, deliverer);
  tier = await startTier({ tier: 'auditor', queues: ['delivery'], module, config, siteVersion: 'v1' });
  mesh = await Mesh.open({ ...config, INSTANCE: 'gateway-1' }, site);
});
afterAll(async () => {
  await mesh?.onApplicationShutdown();
  await tier?.close();
  await Promise.all([redis.stop(), key.remove(), receiver.stop()]);
});

/** A request of a conversation in Chatwoot that ends at once, with a text of the site. */
async function end(conversation: number): Promise<string> {
  const conversationId = `chatwoot.3.${conversation}`;
  const requestId = newRequestId('demo', conversationId);
  await mesh.client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: 10_000, body: { source: 'requests' }, private: { text: 'hello', turns: [] } });
  await mesh.requests.end(requestId, new MeshError('DEADLINE_PASSED', 'in a test'));
  return requestId;
}
const stepsOf = async (requestId: string): Promise<[string, unknown][]> => {
  const events = (await mesh.redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, fields]) => auditEventsOf(fields));
  return events.filter((event) => event.requestId === requestId && event.step.startsWith('deliver')).map(({ step, facts }) => [step, facts]);
};
const toldIn = (conversation: number): number => receiver.received.filter(({ path }) => path.endsWith(`/conversations/${conversation}/messages`)).length;

it('tries again what failed, and records each attempt with its request', async () => {
  receiver.answer = 503;
  const requestId = await end(1);
  await waitFor(() => toldIn(1) === 1);
  receiver.answer = 200;
  await waitFor(() => toldIn(1) === 2);
  await waitFor(async () => (await stepsOf(requestId)).length === 2);
  expect(await stepsOf(requestId)).toEqual([
    ['delivery_failed', { delivery: 'chatwoot.reply', attempt: 1, code: 'DELIVERY_FAILED', detail: 'status 503' }],
    ['delivered', { delivery: 'chatwoot.reply', attempt: 2, status: 200 }],
  ]);
  expect(receiver.received[1]).toMatchObject({ body: receiver.received[0]?.body });
  expect(await (await fetch(`${tier.url}/metrics`)).text()).toMatch(/switchyard_deliveries_total{[^}]*delivery="chatwoot.reply",result="delivered"[^}]*} 1/);
});

it('keeps what cannot be delivered among the dead letters, with its reason and without a word in clear, until it is tried again by hand', async () => {
  receiver.answer = 404;
  const requestId = await end(2);
  const [letter] = await waitFor(async () => mesh.deadLetters.list('demo', 10, { queue: 'delivery' }).then((letters) => (letters.length > 0 ? letters : undefined)));
  expect(letter).toMatchObject({ queue: 'delivery', kind: 'deliver', code: 'DELIVERY_REFUSED', detail: 'status 404', attempts: 1 });
  expect(await mesh.deadLetters.inspect('demo', letter?.id ?? '', false)).toMatchObject({ body: { delivery: 'chatwoot.reply', subject: requestId }, private: { text: 25 } });
  const stored = JSON.stringify(await Promise.all((await mesh.redis.keys('switchyard:{delivery}:*')).map((name) => mesh.redis.hgetall(name).catch(() => name))));
  expect(stored).toContain('DELIVERY_REFUSED');
  expect(stored).not.toMatch(/that are told|secret-token|127\.0\.0\.1/);
  receiver.answer = 200;
  await mesh.deadLetters.redrive('demo', letter?.id ?? '');
  await waitFor(() => toldIn(2) === 2);
  expect(await mesh.deadLetters.list('demo', 10, { queue: 'delivery' })).toEqual([]);
});

it('does not stop what the end of a request is to tell when its client cancels it late', async () => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<() => void>();
  receiver.answer = (response) => hear(() => void response.writeHead(200).end());
  const requestId = await end(3);
  const answer = await heard;
  await mesh.requests.tell(requestId, 'cancelled');
  await mesh.requests.tell(requestId, 'person');
  answer();
  await waitFor(async () => (await stepsOf(requestId)).length === 1);
  expect(await stepsOf(requestId)).toEqual([['delivered', { delivery: 'chatwoot.reply', attempt: 1, status: 200 }]]);
});
