import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import type { Reply } from '@switchyard/contracts';
import { dayOf, MESH_CLIENT, newRequestId, REPLY_READER, spendKey, startTier, type MeshClient, type ReplyReader, type RunningTier } from '@switchyard/queue';
import { startRedis, writeSealKeyFile } from '@switchyard/testing';
import { DirectDispatcherModule } from './__fixtures__/direct-dispatcher.js';
import { expertSite } from './__fixtures__/expert-site.js';
import { startScriptedProvider, type ScriptedProvider } from './__fixtures__/scripted-provider.js';
import { ExpertEnv } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

const RATE = 10;
const OUTAGE_S = 30;
const USAGE = { prompt_tokens: 100, completion_tokens: 10 };
const COST = (USAGE.prompt_tokens * 10 + USAGE.completion_tokens * 20) / 1e6;

let provider: ScriptedProvider;
let redisUrl: string;
let tier: RunningTier;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [redis, keys] = [await startRedis(), await writeSealKeyFile()];
  provider = await startScriptedProvider();
  redisUrl = redis.url;
  stops.push(() => redis.stop(), () => keys.remove(), () => provider.close());
  const site = expertSite(provider.url, (files) => ({ ...files, 'rules/rules.yaml': `${files['rules/rules.yaml'] ?? ''}  - { name: expert_away, on: expert_unavailable, then: { to: say, text: { zh: 简答。, en: A short answer of ours. } } }\n` }));
  const config = parseEnvironment(ExpertEnv, { REDIS_URL: redis.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, INSTANCE: 'expert-outage', LOG_LEVEL: 'silent', DEEPSEEK_API_KEY: 'sk' });
  tier = await startTier({ tier: 'expert', queues: ['dispatch', 'expert'], module: DirectDispatcherModule.register(ExpertModule.register(config, site), site), config, siteVersion: site.version });
  stops.push(() => tier.close());
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

interface Answered {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly reply: Reply;
}

async function send(): Promise<Answered> {
  const client = tier.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const replies = tier.app.get<ReplyReader>(REPLY_READER, { strict: false });
  const conversationId = randomUUID();
  const requestId = newRequestId('demo', conversationId);
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const unsubscribe = replies.subscribe(requestId, (frame) => {
    if (frame.kind === 'reply') resolve(frame.reply);
  });
  const sentAt = performance.now();
  await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: 20_000, body: { source: 'requests', language: 'en' }, private: { text: 'A poem, please.', turns: [] } });
  const reply = await promise;
  unsubscribe();
  return { sentAt, answeredAt: performance.now(), reply };
}

/** Messages at a steady rate, whatever becomes of them. */
async function offer(seconds: number): Promise<Answered[]> {
  const began = performance.now();
  const sent: Promise<Answered>[] = [];
  for (let one = 0; one < seconds * RATE; one++) {
    await wait(Math.max(0, began + (one * 1_000) / RATE - performance.now()));
    sent.push(send());
  }
  return Promise.all(sent);
}

const isFallback = ({ reply }: Answered): boolean => reply.receipt.outcome === 'answered' && reply.receipt.rule === 'expert_away' && reply.text === 'A short answer of ours.';

// The provider answers 503 for 30 s, ten consultations a second before, meanwhile and after.
it('a provider that is overloaded for 30 s is left alone, answers of the rules take its place, and it is asked again when it is back', { timeout: 120_000 }, async () => {
  const healthy = { pieces: ['A long poem.'], usage: USAGE };
  provider.script = healthy;
  const before = await offer(3);
  expect(before.every(({ reply }) => reply.receipt.tier === 'expert')).toBe(true);

  provider.script = { pieces: [], status: 503 };
  const failingFrom = performance.now();
  const callsBefore = provider.received.length;
  const during = await offer(OUTAGE_S);
  const calls = provider.received.length - callsBefore;
  provider.script = healthy;
  const backAt = performance.now();
  const after = await offer(12);

  expect(calls).toBeLessThanOrEqual(during.length * 1.1);
  expect(during.every(isFallback)).toBe(true);
  // Open at last after 5 s: from then on nobody waits for the provider, but who looks whether it is back.
  const late = during.filter(({ sentAt }) => sentAt > failingFrom + 5_000);
  expect(calls).toBeLessThanOrEqual((during.length - late.length) * 1.1 + OUTAGE_S / 5);
  const firstAgain = after.find(({ reply }) => reply.receipt.tier === 'expert');
  expect((firstAgain?.answeredAt ?? Infinity) - backAt).toBeLessThan(10_000);
  expect(after.filter(({ sentAt }) => sentAt > backAt + 10_000).every(({ reply }) => reply.receipt.tier === 'expert')).toBe(true);

  // The ledger is what the provider billed: the calls that it answered.
  const billed = [...before, ...after].filter(({ reply }) => reply.receipt.tier === 'expert').length * COST;
  const redis = new Redis(redisUrl);
  const spent = Number(await redis.get(spendKey('demo', dayOf(Date.now()))));
  redis.disconnect();
  expect(spent).toBeCloseTo(billed, 9);
});
