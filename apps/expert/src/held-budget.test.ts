import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEnvironment } from '@switchyard/config';
import { estimateHold } from '@switchyard/consultation';
import type { AuditEvent, Reply } from '@switchyard/contracts';
import { AUDIT_STREAM, auditEventsOf, dayOf, holdsKey, MESH_CLIENT, newRequestId, REPLY_READER, spendKey, startTier, type MeshClient, type ReplyReader, type RunningTier } from '@switchyard/queue';
import { deferred, startRedis, waitFor, writeSealKeyFile } from '@switchyard/testing';
import { DirectDispatcherModule } from './__fixtures__/direct-dispatcher.js';
import { expertSite } from './__fixtures__/expert-site.js';
import { startScriptedProvider, type ScriptedProvider } from './__fixtures__/scripted-provider.js';
import { ExpertEnv } from './expert.config.js';
import { ExpertModule } from './expert.module.js';

const TEXT = 'A poem, please.';
const REQUESTS = 500;
const USAGE = { prompt_tokens: 100, completion_tokens: 10 };
const COST = (USAGE.prompt_tokens * 10 + USAGE.completion_tokens * 20) / 1e6;

let provider: ScriptedProvider;
let redis: Redis;
const stops: (() => unknown)[] = [];
const tiers: RunningTier[] = [];
beforeAll(async () => {
  provider = await startScriptedProvider();
  stops.push(() => provider.close());
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** One model, a budget for ten of its calls, and a rule for those that get none. */
const siteFor = (perDay: number) =>
  expertSite(provider.url, (files) => ({
    ...files,
    'site.yaml': (files['site.yaml'] ?? '').replace(/ {4}- \{ provider: anthropic.*\n/, '').replace('perDay: 5 ', `perDay: ${perDay} `),
    'rules/rules.yaml': `${files['rules/rules.yaml']}  - { name: no_money, on: expert_unavailable, when: { available.expert: false }, then: { to: say, text: { zh: 稍后再试。, en: Later. } } }\n`,
  }));

const recorded = async (step: string): Promise<AuditEvent[]> => {
  const entries = await redis.xrange(AUDIT_STREAM, '-', '+');
  return entries.flatMap(([, fields]) => auditEventsOf(fields)).filter((event) => event.step === step);
};

it('500 requests at once against a budget for ten: those that the money is held for are asked, the rest end by the rule, and nothing is overspent', { timeout: 60_000 }, async () => {
  const { mostUsd } = estimateHold(siteFor(1), { tenant: 'demo', language: 'en', text: TEXT, turns: [], passages: [] });
  const capUsd = 10 * mostUsd;
  const site = siteFor(capUsd);
  const [server, keys] = [await startRedis(), await writeSealKeyFile()];
  redis = new Redis(server.url);
  stops.push(() => server.stop(), () => keys.remove(), () => { redis.disconnect(); });
  for (const name of ['one', 'two']) {
    const config = parseEnvironment(ExpertEnv, { REDIS_URL: server.url, SITE_DIR: 'unused', SEAL_KEY_FILE: keys.path, INSTANCE: `expert-${name}`, LOG_LEVEL: 'silent', DEEPSEEK_API_KEY: 'sk-secret' });
    const tier = await startTier({ tier: 'expert', queues: ['dispatch', 'expert'], module: DirectDispatcherModule.register(ExpertModule.register(config, site), site), config, siteVersion: site.version });
    tiers.push(tier);
    stops.push(() => tier.close());
  }
  const client = tiers[0]?.app.get<MeshClient>(MESH_CLIENT, { strict: false });
  const reader = tiers[0]?.app.get<ReplyReader>(REPLY_READER, { strict: false });
  if (!client || !reader) throw new Error('no tier');
  let open = 0;
  const decided = deferred();
  provider.script = () => ((open += 1), { pieces: ['Roses.'], usage: USAGE, wait: decided.promise });

  const replies = Array.from({ length: REQUESTS }, async (): Promise<Reply> => {
    const conversationId = randomUUID();
    const requestId = newRequestId('demo', conversationId);
    const { promise, resolve } = Promise.withResolvers<Reply>();
    reader.subscribe(requestId, (frame) => frame.kind === 'reply' && resolve(frame.reply));
    await client.submit({ requestId, tenant: 'demo', conversationId, lane: 'interactive', deadlineMs: 30_000, body: { source: 'requests', language: 'en' }, private: { text: TEXT, turns: [] } });
    return promise;
  });
  // Nothing is answered until all have been decided, so that what is held stays held.
  const ofHops = await waitFor(async () => recorded('budget_reserved').then((events) => events.filter(({ facts }) => facts['priceAsOf'] === undefined)).then((events) => events.length === REQUESTS ? events : undefined), 25_000);
  const granted = ofHops.filter(({ facts }) => facts['granted'] === true).length;
  await waitFor(() => open === granted);
  decided.resolve();
  const ended = await Promise.all(replies);
  const byRule = ended.filter(({ receipt }) => receipt.rule === 'no_money');
  expect(open).toBeGreaterThanOrEqual(10);
  expect(byRule).toHaveLength(REQUESTS - open);
  expect(new Set(byRule.map(({ text, receipt }) => `${text} ${receipt.outcome} ${receipt.leftSite}`))).toEqual(new Set(['Later. answered false']));

  const reserved = await waitFor(async () => recorded('budget_reserved').then((events) => events.length >= REQUESTS + open ? events : undefined));
  expect(Math.max(...reserved.map(({ facts }) => Number(facts['spentUsd'])))).toBeLessThanOrEqual(capUsd + 1e-9);
  // Whoever got into the queue of the expert had the money for it there.
  const ofCalls = reserved.filter(({ facts }) => facts['priceAsOf'] !== undefined);
  expect(ofCalls.filter(({ facts }) => facts['granted'] !== true)).toEqual([]);
  expect(ofCalls).toHaveLength(open);

  await waitFor(async () => (await redis.hlen(holdsKey('demo', dayOf(Date.now())))) === 0);
  const spent = Number(await redis.get(spendKey('demo', dayOf(Date.now()))));
  expect(spent).toBeCloseTo(open * COST, 9);
  expect(spent).toBeLessThanOrEqual(capUsd);
  expect(ended.filter(({ receipt }) => receipt.tier === 'expert')).toHaveLength(open);
});
