import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import type { Reply } from '@switchyard/contracts';
import { AVAILABILITY, MESH, MESH_CLIENT, newRequestId, REPLY_READER, startTier, type Availability, type Mesh, type MeshClient, type ReplyReader, type RunningTier } from '@switchyard/queue';
import { serve, startRedis, waitFor, writeSealKeyFile } from '@switchyard/testing';
import { DirectDispatcherModule } from './__fixtures__/direct-dispatcher.js';
import { expertSite } from './__fixtures__/expert-site.js';
import { lookUpSite } from './__fixtures__/look-up-site.js';
import { splitByChance, seeded, startScriptedProvider, type ScriptedProvider } from './__fixtures__/scripted-provider.js';
import { ExpertEnv } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

let provider: ScriptedProvider;
let redisUrl: string;
let keyFile: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [redis, keys] = [await startRedis(), await writeSealKeyFile()];
  provider = await startScriptedProvider();
  stops.push(() => redis.stop(), () => keys.remove(), () => provider.close());
  [redisUrl, keyFile] = [redis.url, keys.path];
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function start(env: Record<string, string>, site = expertSite(provider.url), shopUrl = ''): Promise<RunningTier> {
  const config = parseEnvironment(ExpertEnv, { REDIS_URL: redisUrl, SITE_DIR: 'unused', SEAL_KEY_FILE: keyFile, INSTANCE: 'expert-test', LOG_LEVEL: 'silent', ...env });
  return startTier({ tier: 'expert', queues: ['dispatch', 'expert'], module: DirectDispatcherModule.register(ExpertModule.register(config, site, undefined, undefined, () => ({ SHOP_URL: shopUrl })), site), config, siteVersion: site.version });
}

/** One message through Redis and back, with the pieces that came before the reply. */
async function send(tier: RunningTier, text: string, language: 'zh' | 'en' = 'en', conversationId: string = randomUUID()): Promise<{ reply: Reply; deltas: string[] }> {
  const client = tier.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const replies = tier.app.get<ReplyReader>(REPLY_READER, { strict: false });
  const requestId = newRequestId('demo', conversationId);
  const deltas: string[] = [];
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const unsubscribe = replies.subscribe(requestId, (frame) => {
    if (frame.kind === 'delta') deltas.push(frame.text);
    if (frame.kind === 'reply') resolve(frame.reply);
  });
  await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: 10_000, body: { source: 'requests', language }, private: { text, turns: [] } });
  const reply = await promise;
  unsubscribe();
  return { reply, deltas };
}

describe('the expert on a real queue', () => {
  let tier: RunningTier;
  beforeAll(async () => void (tier = await start({ DEEPSEEK_API_KEY: 'sk-secret' })));
  afterAll(() => tier.close());

  it('answers with the cloud model, streamed, and says in the receipt what left and what it cost', async () => {
    provider.script = { pieces: splitByChance('好的，会打<PHONE_1>。', seeded(3)), usage: { prompt_tokens: 1_000, completion_tokens: 50 } };
    const { reply, deltas } = await send(tier, '请打13800138000', 'zh');
    expect(deltas.join('')).toBe('好的，会打13800138000。');
    expect(reply).toMatchObject({
      text: '好的，会打13800138000。',
      receipt: { outcome: 'answered', tier: 'expert', rule: 'all', leftSite: true, models: [{ model: 'deepseek-chat', where: 'cloud', host: new URL(provider.url).host, tokensIn: 1_000, tokensOut: 50, costUsd: 0.011 }] },
    });
    expect(provider.received.join('')).not.toContain('13800138000');
  });

  it('tries three times while the model is away, then hands over', async () => {
    provider.script = { pieces: [], status: 503 };
    const before = provider.received.length;
    const { reply } = await send(tier, 'hello');
    expect(provider.received.length - before).toBe(3);
    expect(reply).toMatchObject({ text: 'A colleague takes over.', error: { code: 'MODEL_OVERLOADED' }, receipt: { outcome: 'handed_over', tier: 'none', leftSite: true } });
  });

  it('keeps for the person who takes over what the customer said, and no placeholder', async () => {
    const conversationId = randomUUID();
    provider.script = { pieces: splitByChance('Noted: <PHONE_1>.', seeded(4)) };
    await send(tier, 'My name is Anna Smith, call 13800138000', 'en', conversationId);
    provider.script = { pieces: ['Sorry, '], finish: 'content_filter' };
    expect((await send(tier, 'Anna Smith wants a person', 'en', conversationId)).reply.receipt.outcome).toBe('handed_over');
    const kept = JSON.stringify(await tier.app.get<Mesh>(MESH, { strict: false }).surroundings('expert').then(({ conversations }) => conversations.load('demo', conversationId, '')));
    for (const said of ['My name is Anna Smith, call 13800138000', 'Noted: 13800138000.', 'Anna Smith wants a person']) expect(kept).toContain(said);
    expect(kept).not.toMatch(/<[A-Z_]+_\d/);
  });

  it('tells the mesh that it may be asked', async () => {
    const availability = tier.app.get<Availability>(AVAILABILITY, { strict: false });
    await waitFor(async () => (await availability.read()).expert);
    expect((await availability.read()).expert).toBe(true);
  });
});

describe('the expert of a site with tools', () => {
  it('looks up for the cloud model what the message is about, and tells of both calls', async () => {
    const looked: string[] = [];
    const shop = await serve((request, response) => {
      looked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ receiver: { name: 'Anna Smith', phone: '13900139000' }, status: 'shipped' }));
    });
    const tier = await start({ DEEPSEEK_API_KEY: 'sk-secret' }, lookUpSite(provider.url), shop.url);
    const usage = { prompt_tokens: 1_000, completion_tokens: 50 };
    provider.received.length = 0;
    provider.script = (body) => (body.includes('"role":"tool"') ? { pieces: splitByChance('It goes to <PERSON_NAME_1>, <PHONE_2>.', seeded(5)), usage } : { pieces: ['One moment. '], calls: [['shop_get_order', { orderId: 'HG20260001' }]], usage });
    const { reply, deltas } = await send(tier, 'Where is HG20260001? Call 13800138000');
    await Promise.all([tier.close(), shop.stop()]);
    expect([looked, reply.text, deltas.join('')]).toEqual([['/orders/HG20260001'], 'One moment. \n\nIt goes to Anna Smith, 13900139000.', reply.text]);
    expect(reply.receipt).toMatchObject({ outcome: 'answered', leftSite: true, models: [{ costUsd: 0.011 }, { costUsd: 0.011 }] });
    expect(provider.received).toHaveLength(2);
    expect(provider.received.join('')).not.toMatch(/1380013|1390013|Anna/);
  });
});

describe('the expert with EGRESS=blocked', () => {
  let tier: RunningTier;
  beforeAll(async () => void (tier = await start({ EGRESS: 'blocked' })));
  afterAll(() => tier.close());

  it('hands over what still reaches it, asks nobody, and tells the mesh that it may not be asked', async () => {
    const before = provider.received.length;
    const { reply } = await send(tier, '你好', 'zh');
    expect(reply).toMatchObject({ text: '已转人工。', error: { code: 'EGRESS_BLOCKED' }, receipt: { outcome: 'handed_over', tier: 'none', leftSite: false, models: [] } });
    expect(provider.received).toHaveLength(before);
    expect((await tier.app.get<Availability>(AVAILABILITY, { strict: false }).read()).expert).toBe(false);
  });

  it('does not start with a key', async () => {
    await expect(start({ EGRESS: 'blocked', OPENAI_API_KEY: 'sk-secret' })).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: 'OPENAI_API_KEY' });
  });
});
