import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CacheTicket } from '@switchyard/contracts';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { createRedis, type RedisConnection } from '../connect/open-redis.js';
import { answerCacheKeys } from '../redis-keys.js';
import { Sealer } from '../seal/sealer.js';
import { AnswerCache } from './answer-cache.js';

const MAX_BYTES = 64 * 1024;
const tenants = ['harbour', 'other'].map((id) => ({ id, cache: { ttlMinutes: 10, maxBytes: MAX_BYTES } }));
const key = { id: 'k1', key: randomBytes(32) };

let test: TestMesh;
let redis: RedisConnection;
let nowMs: number;
let cache: AnswerCache;
beforeAll(async () => {
  test = await TestMesh.start();
  redis = createRedis(test.server.url, 'patient', 'test');
});
beforeEach(async () => {
  await test.clear();
  nowMs = Date.now();
  cache = cacheOf();
});
afterAll(async () => {
  redis.disconnect();
  await test.stop();
});

const cacheOf = (keys = [key]): AnswerCache => new AnswerCache(redis, new Sealer(keys), { now: () => nowMs }, tenants);
const place = (tenant: string, ask = '["how"]', scope = ['v1', 'site', 'en']): { tenant: string; scope: string[]; ask: string } => ({ tenant, scope, ask });
const answer = (text: string): { question: string; text: string; citations: [] } => ({ question: 'how?', text, citations: [] });

async function keep(text: string, at = place('harbour'), into = cache): Promise<boolean> {
  const { ticket } = await into.find(at);
  return into.keep({ requestId: 'r1', tenant: at.tenant, trail: { cache: ticket } }, answer(text));
}
const textAt = async (at = place('harbour'), from = cache): Promise<string | undefined> => (await from.find(at)).answer?.text;

describe('the answer cache', () => {
  it('gives an answer again, with the request that it was made for', async () => {
    expect(await keep('like this')).toBe(true);
    expect((await cache.find(place('harbour'))).answer).toMatchObject({ text: 'like this', requestId: 'r1', keptAt: nowMs });
  });

  it('gives it to no other tenant, and in no other scope', async () => {
    await keep('like this');
    expect(await textAt(place('other'))).toBeUndefined();
    for (const scope of [['v2', 'site', 'en'], ['v1', 'other', 'en'], ['v1', 'site', 'zh']]) expect(await textAt(place('harbour', '["how"]', scope))).toBeUndefined();
    expect(await textAt(place('harbour', '["when"]'))).toBeUndefined();
  });

  it('opens no box that was moved to another tenant', async () => {
    await keep('like this');
    const [, boxes] = answerCacheKeys('harbour');
    const [, others] = answerCacheKeys('other');
    const [box] = Object.values(await redis.hgetall(boxes));
    const { ticket } = await cache.find(place('other'));
    await redis.hset(others, ticket.name, box ?? '');
    expect(await textAt(place('other'))).toBeUndefined();
  });

  it('holds no word of question or answer in clear', async () => {
    await keep('a very plain sentence');
    const [, boxes] = answerCacheKeys('harbour');
    expect(JSON.stringify(await redis.hgetall(boxes))).not.toMatch(/plain|how/);
  });

  it('forgets all of a tenant’s answers when its knowledge changes, and none of another’s', async () => {
    await keep('old');
    await keep('of the other', place('other'));
    await cache.forget('harbour');
    expect(await textAt()).toBeUndefined();
    expect(await textAt(place('other'))).toBe('of the other');
  });

  it('keeps nothing that was looked up before a change', async () => {
    const { ticket } = await cache.find(place('harbour'));
    await cache.forget('harbour');
    expect(await cache.keep({ requestId: 'r1', tenant: 'harbour', trail: { cache: ticket } }, answer('old'))).toBe(false);
    expect(await textAt()).toBeUndefined();
    expect(await keep('new')).toBe(true);
  });

  it('gives nothing that is older than the site allows', async () => {
    await keep('like this');
    nowMs += 10 * 60_000 - 1;
    expect(await textAt()).toBe('like this');
    nowMs += 1;
    expect(await textAt()).toBeUndefined();
  });

  it('stays below its bytes: the oldest give way', async () => {
    for (let at = 0; at < 100; at++) {
      nowMs += 1;
      expect(await keep('x'.repeat(2_000), place('harbour', `["${at}"]`))).toBe(true);
    }
    const [, boxes, ages, bytes] = answerCacheKeys('harbour');
    const stored = Object.entries(await redis.hgetall(boxes)).reduce((sum, [name, box]) => sum + name.length + box.length, 0);
    expect(stored).toBeLessThan(MAX_BYTES);
    expect(Number(await redis.get(bytes))).toBeLessThanOrEqual(MAX_BYTES);
    expect(await redis.hlen(boxes)).toBe(await redis.zcard(ages));
    expect(await textAt(place('harbour', '["0"]'))).toBeUndefined();
    expect(await textAt(place('harbour', '["99"]'))).toBeDefined();
  });

  it('counts an answer that takes the place of an older one once, and expired ones no more', async () => {
    const [, boxes, ages, bytes] = answerCacheKeys('harbour');
    await keep('one');
    const once = Number(await redis.get(bytes));
    await keep('two');
    expect([Number(await redis.get(bytes)), await textAt()]).toEqual([once, 'two']);
    nowMs += 10 * 60_000 + 1;
    await keep('six', place('harbour', '["who"]'));
    expect([Number(await redis.get(bytes)), await redis.hlen(boxes), await redis.zcard(ages)]).toEqual([once, 1, 1]);
  });

  it('keeps nothing that is larger than all of it, and takes nothing away for it', async () => {
    await keep('small');
    expect(await keep('x'.repeat(MAX_BYTES), place('harbour', '["what"]'))).toBe(false);
    expect(await textAt()).toBe('small');
  });

  it('leaves no key without an expiry', async () => {
    await keep('like this');
    await cache.forget('harbour');
    await keep('like this');
    for (const name of answerCacheKeys('harbour')) expect(await redis.pttl(name)).toBeGreaterThan(0);
  });

  it('finds what was kept under a key that has been rotated', async () => {
    await keep('like this');
    const rotated = cacheOf([{ id: 'k2', key: randomBytes(32) }, key]);
    expect(await textAt(place('harbour'), rotated)).toBe('like this');
    expect(await textAt(place('harbour'), cacheOf([{ id: 'k3', key: randomBytes(32) }]))).toBeUndefined();
  });

  it('keeps nothing of a request without a ticket, nor for a tenant whose site keeps none', async () => {
    const ticket: CacheTicket = { name: 'n', knowledge: '' };
    expect(await cache.keep({ requestId: 'r', tenant: 'harbour', trail: {} }, answer('a'))).toBe(false);
    expect(await cache.keep({ requestId: 'r', tenant: 'nobody', trail: { cache: ticket } }, answer('a'))).toBe(false);
    expect([cache.isFor('harbour'), cache.isFor('nobody')]).toEqual([true, false]);
  });
});
