import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import type { Reply } from '@switchyard/contracts';
import { AVAILABILITY, MESH_CLIENT, newRequestId, REPLY_READER, REQUEST_STORE, startTier, type Availability, type MeshClient, type ReplyReader, type RequestStore, type RunningTier } from '@switchyard/queue';
import { startRedis, waitFor, writeSealKeyFile, startScriptedOllama, type ScriptedOllama } from '@switchyard/testing';
import { DirectDispatcherModule } from './__fixtures__/direct-dispatcher.js';
import { startShopBackend, type ShopBackend } from './__fixtures__/shop-backend.js';
import { toolSite } from './__fixtures__/tool-site.js';
import { WorkerEnv } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

let shop: ShopBackend;
let ollama: ScriptedOllama;
let tier: RunningTier;
let redisUrl: string;
let sealKeyFile: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [redis, keys] = [await startRedis(), await writeSealKeyFile()];
  [redisUrl, sealKeyFile] = [redis.url, keys.path];
  stops.push(() => redis.stop(), () => keys.remove());
  shop = await startShopBackend();
  ollama = await startScriptedOllama([JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: 'Hello! Nice to meet you.' })]);
  stops.push(() => shop.stop(), () => ollama.stop());
  const site = toolSite();
  const config = parseEnvironment(WorkerEnv, { REDIS_URL: redis.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, INSTANCE: 'worker-test', LOG_LEVEL: 'silent', OLLAMA_URL: ollama.url });
  const worker = WorkerModule.register(config, site, { SHOP_URL: shop.url });
  tier = await startTier({ tier: 'worker', queues: ['dispatch', 'worker'], module: DirectDispatcherModule.register(site, worker), config, siteVersion: site.version });
});
afterAll(async () => {
  await tier?.close();
  for (const stop of stops.toReversed()) await stop();
});

/** One message through Redis and back, with the pieces that came before the reply. */
async function send(conversationId: string, text: string, language: 'zh' | 'en' = 'en', onDelta: (requestId: string) => void = () => undefined): Promise<{ reply: Reply; deltas: string[] }> {
  const client = tier.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const replies = tier.app.get<ReplyReader>(REPLY_READER, { strict: false });
  const requestId = newRequestId('demo', conversationId);
  const deltas: string[] = [];
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const unsubscribe = replies.subscribe(requestId, (frame) => {
    if (frame.kind === 'delta') {
      deltas.push(frame.text);
      onDelta(requestId);
    }
    if (frame.kind === 'reply') resolve(frame.reply);
  });
  await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: 10_000, body: { source: 'requests', language }, private: { text, turns: [] } });
  const reply = await promise;
  unsubscribe();
  return { reply, deltas };
}

describe('the worker on a real queue', () => {
  it.each([
    ['zh', '我要退款', '请提供订单号。', 'HG20260001', 'HG20260001 退款 ¥199.00，确认吗？', '好的', /^退款已提交：R\d。$/],
    ['en', 'refund please', 'What is your order number?', "it's HG20260002", 'Refund ¥199.00 for HG20260002?', 'yes', /^Your refund is R\d\.$/],
  ] as const)('carries a flow over the messages of a conversation, in %s', async (language, opening, asks, order, confirms, yes, done) => {
    const before = shop.refunds.size;
    const conversation = randomUUID();
    expect((await send(conversation, opening, language)).reply.text).toBe(asks);
    expect((await send(conversation, order, language)).reply.text).toBe(confirms);
    const { reply } = await send(conversation, yes, language);
    expect(reply.text).toMatch(done);
    expect(reply.receipt).toMatchObject({ outcome: 'answered', tier: 'worker', leftSite: false, models: [] });
    expect(shop.refunds.size).toBe(before + 1);
  });

  it('answers with the local model, streamed, and names it in the receipt', async () => {
    const { reply, deltas } = await send(randomUUID(), 'ask: who are you');
    expect(deltas.join('')).toBe('Hello! Nice to meet you.');
    expect(reply).toMatchObject({ text: 'Hello! Nice to meet you.', receipt: { outcome: 'answered', tier: 'worker', models: [{ model: 'small', where: 'local', tokensIn: 30, tokensOut: 7, costUsd: 0 }] } });
  });

  it('shows the first words while the model still writes', async () => {
    const { promise: shown, resolve: show } = Promise.withResolvers<void>();
    ollama.pause = { before: 'Nice', until: shown };
    const { reply, deltas } = await send(randomUUID(), 'ask: who are you', 'en', () => show());
    ollama.pause = undefined;
    expect(deltas[0]).toBe('Hello! ');
    expect([deltas.join(''), reply.text]).toEqual(['Hello! Nice to meet you.', 'Hello! Nice to meet you.']);
  });

  it('lets go of the model at once where the message is cancelled in the middle of its answer', async () => {
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    ollama.pause = { before: 'Nice', until: left, onLeave: leave };
    const requests = tier.app.get<RequestStore>(REQUEST_STORE, { strict: false });
    const { reply, deltas } = await send(randomUUID(), 'ask: who are you', 'en', (requestId) => void requests.cancel('demo', requestId));
    await left;
    ollama.pause = undefined;
    expect([deltas.join(''), reply.receipt.outcome]).toEqual(['Hello! ', 'cancelled']);
  });

  it('asks the customer before an effect that the model wants, and has it once', async () => {
    const before = shop.refunds.size;
    const conversation = randomUUID();
    const [hello] = ollama.outputs;
    ollama.outputs = [JSON.stringify({ needs: 'tool', tool: { name: 'create_refund', arguments: { orderId: 'HG20260004' } }, answer: '', confidence: 1 })];
    const asked = await send(conversation, 'ask: a refund for HG20260004');
    ollama.outputs = [hello ?? ''];
    expect(asked.reply).toMatchObject({ text: 'Refund order HG20260004?', receipt: { outcome: 'answered', models: [{ model: 'small' }] } });
    expect([asked.deltas, shop.refunds.size]).toEqual([[], before]);
    const { reply } = await send(conversation, 'yes please');
    expect(reply.text).toMatch(/^Your refund is R\d\.$/);
    expect([...shop.refunds.values()].at(-1)).toMatchObject({ orderId: 'HG20260004' });
    expect(shop.refunds.size).toBe(before + 1);
  });

  it('tries an effect again under the same key while the tool stays away, then hands over', async () => {
    const conversation = randomUUID();
    await send(conversation, 'refund HG20260003');
    shop.status = 500;
    const from = shop.calls.length;
    const { reply } = await send(conversation, 'yes');
    shop.status = undefined;
    expect(reply).toMatchObject({ text: 'A colleague takes over.', receipt: { outcome: 'handed_over' }, error: { code: 'TOOL_UNAVAILABLE' } });
    const calls = shop.calls.slice(from);
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map((one) => one.key)).size).toBe(1);
  });

  it('says of its health that the model is there, and that it is not ready once a model that is required has gone', async () => {
    const health = async (): Promise<unknown> => (await fetch(`${tier.url}/health/ready`)).json();
    expect(await health()).toMatchObject({ status: 'up', checks: { redis: 'up', model: 'up' } });
    const config = parseEnvironment(WorkerEnv, { REDIS_URL: redisUrl, SITE_DIR: 'unused', SEAL_KEY_FILE: sealKeyFile, INSTANCE: 'worker-without', LOG_LEVEL: 'silent', OLLAMA_URL: 'http://127.0.0.1:9', MODEL_REQUIRED: 'true' });
    const without = await startTier({ tier: 'worker', queues: ['worker'], module: WorkerModule.register(config, toolSite(), { SHOP_URL: shop.url }), config, siteVersion: 'v1' });
    const response = await fetch(`${without.url}/health/ready`);
    expect([response.status, await response.json()]).toMatchObject([503, { status: 'down', checks: { redis: 'up', model: 'down' } }]);
    await without.close();
  });

  it('is ready without its canary, and says of its health that the canary is away', async () => {
    const config = parseEnvironment(WorkerEnv, { REDIS_URL: redisUrl, SITE_DIR: 'unused', SEAL_KEY_FILE: sealKeyFile, INSTANCE: 'worker-canary', LOG_LEVEL: 'silent', OLLAMA_URL: ollama.url, MODEL_REQUIRED: 'true' });
    const site = toolSite();
    site.settings.models.worker = { model: 'small', maxOutputTokens: 64, maxToolCalls: 3, stream: 'flowing', canary: { model: 'tuned', share: 0.5 } };
    const withCanary = await startTier({ tier: 'worker', queues: ['worker'], module: WorkerModule.register(config, site, { SHOP_URL: shop.url }), config, siteVersion: 'v1' });
    const response = await fetch(`${withCanary.url}/health/ready`);
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'up', checks: { model: 'up', canary: 'away' } }]);
    await withCanary.close();
  });

  it('tells the mesh that it has a local model', async () => {
    const availability = tier.app.get<Availability>(AVAILABILITY, { strict: false });
    await waitFor(async () => (await availability.read()).localModel);
    expect((await availability.read()).localModel).toBe(true);
  });
});
