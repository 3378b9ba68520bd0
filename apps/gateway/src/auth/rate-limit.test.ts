import { startRedis, type TestRedis } from '@switchyard/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeFromQuota } from './rate-limit.js';

describe('takeFromQuota', () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    await redis.quit();
    await server.stop();
  });

  it('lets exactly as many through as the tenant may send, however many ask at once', async () => {
    const tenant = { id: 't1', requestsPerMinute: 5 };
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeFromQuota(redis, tenant)));
    const refused = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
    expect(refused).toHaveLength(15);
    for (const error of refused) expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
  });

  it('counts each tenant apart', async () => {
    await takeFromQuota(redis, { id: 't2', requestsPerMinute: 1 });
    await expect(takeFromQuota(redis, { id: 't3', requestsPerMinute: 1 })).resolves.toBeUndefined();
  });

  it('opens again when the window ends', async () => {
    const tenant = { id: 't4', requestsPerMinute: 1 };
    await takeFromQuota(redis, tenant);
    const left = await redis.pttl('switchyard:rate:{t4}');
    expect(left).toBeGreaterThan(55_000);
    await redis.pexpire('switchyard:rate:{t4}', 0);
    await expect(takeFromQuota(redis, tenant)).resolves.toBeUndefined();
  });

  it('asks Redis nothing for a tenant without a limit', async () => {
    const none = { eval: () => Promise.reject(new Error('asked')) };
    await expect(takeFromQuota(none, { id: 't5' })).resolves.toBeUndefined();
    await expect(takeFromQuota(none, { id: 't5', requestsPerMinute: 1 })).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });
});
