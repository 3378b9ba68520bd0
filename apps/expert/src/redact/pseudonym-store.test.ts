import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pseudonymsKey, Sealer } from '@switchyard/queue';
import { startRedis, type TestRedis } from '@switchyard/testing';
import { PseudonymStore } from './pseudonym-store.js';
import { noPseudonyms, type Pseudonyms } from './pseudonyms.js';
import { redactParts, type Redacted } from './redact-parts.js';

const TTL_MS = 60_000;
const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const sealer = new Sealer([key('2026', 1)]);
const redisKey = pseudonymsKey('demo', 'c');
let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => void (await redis.flushall()));

const redact = (text: string) => (known: Pseudonyms): Redacted => redactParts({ text, turns: [], passages: [] }, known);
const storeOf = (by = sealer): PseudonymStore => new PseudonymStore(redis, by, () => TTL_MS);

describe('the placeholders of a conversation', () => {
  it('are the same in every message, and those of another conversation or tenant are not', async () => {
    const store = storeOf();
    expect((await store.update('demo', 'c', redact('13800138000'))).text).toBe('<PHONE_1>');
    expect((await store.update('demo', 'c', redact('13900139000, 13800138000'))).text).toBe('<PHONE_2>, <PHONE_1>');
    expect((await store.update('demo', 'd', redact('13900139000'))).text).toBe('<PHONE_1>');
    expect((await store.update('other', 'c', redact('13900139000'))).text).toBe('<PHONE_1>');
  });

  it('are sealed, expire with the conversation, and are not kept where nothing is personal', async () => {
    const store = storeOf();
    await store.update('demo', 'c', redact('nothing'));
    expect(await redis.dbsize()).toBe(0);
    await store.update('demo', 'c', redact('我叫张伟，13800138000'));
    expect(JSON.stringify(await redis.hgetall(redisKey))).not.toMatch(/1380013|张伟|PHONE/);
    await redis.pexpire(redisKey, 1_000);
    // Used again, though nothing is new.
    await store.update('demo', 'c', redact('13800138000'));
    expect(await redis.pttl(redisKey)).toBeGreaterThan(TTL_MS - 5_000);
  });

  it('are those that were given out first, however many experts race for them', async () => {
    const stores = Array.from({ length: 8 }, () => storeOf());
    const phones = Array.from({ length: 8 }, (_, index) => `1380013800${index}`);
    // Each expert sees all of the phones, in another order.
    const results = await Promise.all(stores.map((store, index) => store.update('demo', 'c', redact([...phones.slice(index), ...phones.slice(0, index)].join(' ')))));
    const [first] = results.map(({ map }) => map);
    expect(Object.keys(first ?? {})).toHaveLength(8);
    for (const { map } of results) expect(map).toEqual(first);
  });

  it('begin anew where the key that sealed them is gone, or the box was changed', async () => {
    await storeOf().update('demo', 'c', redact('13800138000'));
    expect((await storeOf(new Sealer([key('2027', 2)])).update('demo', 'c', redact('13900139000'))).text).toBe('<PHONE_1>');
    await redis.hset(redisKey, 'box', '{"key":"2027"');
    expect((await storeOf().update('demo', 'c', (known) => ({ pseudonyms: known }))).pseudonyms).toEqual(noPseudonyms);
    // A key that is only being replaced opens what it sealed.
    await redis.flushall();
    await storeOf().update('demo', 'c', redact('13800138000'));
    expect((await storeOf(new Sealer([key('2027', 2), key('2026', 1)])).update('demo', 'c', redact('13900139000'))).text).toBe('<PHONE_2>');
  });

  it('are not made up where Redis is away', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    away.on('error', () => undefined);
    await expect(new PseudonymStore(away, sealer, () => TTL_MS).update('demo', 'c', redact('13800138000'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retry: true });
    away.disconnect();
  });
});
