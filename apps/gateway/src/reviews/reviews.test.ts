import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSealKeys } from '@switchyard/config';
import type { AuditEvent } from '@switchyard/contracts';
import { AUDIT_STREAM, auditEventsOf, Reviews, Sealer } from '@switchyard/queue';
import { waitFor } from '@switchyard/testing';
import { HttpClient } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

describe('answers for review', () => {
  let mesh: TestMesh;
  let client: HttpClient;
  let redis: Redis;
  let expert: Reviews;
  beforeAll(async () => {
    mesh = await startTestMesh({ tiers: false });
    client = new HttpClient(mesh.url, KEYS.operate);
    redis = new Redis(mesh.redis.url);
    // Never the same moment twice: of two answers that expire at once nothing says which gives way.
    let last = 0;
    const now = (): number => (last = Math.max(last + 1, Date.now()));
    expert = new Reviews(redis, new Sealer(readSealKeys(mesh.keyFile)), { now }, mesh.site.settings.tenants);
  });
  afterAll(async () => {
    redis.disconnect();
    await mesh.stop();
  });
  beforeEach(() => redis.flushall());

  const place = (ask: string) => ({ tenant: 'a', language: 'en', ask });
  /** @returns the id */
  async function offer(ask: string): Promise<string> {
    const { id = '' } = await expert.find(place(ask));
    await expert.offer({ requestId: 'r1', conversationId: 'c1', tenant: 'a', trail: { review: id } }, { language: 'en', model: 'm', question: `${ask}?`, text: `of ${ask}`, citations: [] });
    return id;
  }
  const recorded = async (step: string): Promise<AuditEvent> =>
    waitFor(async () => (await redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, fields]) => auditEventsOf(fields)).find((event) => event.step === step));

  it('are listed and shown', async () => {
    const id = await offer('tulips');
    const document = { id, state: 'pending', question: 'tulips?', answer: 'of tulips', language: 'en', citations: [], model: 'm', requestId: 'r1', times: 1, edited: false, offeredAt: expect.any(Number), expiresAt: expect.any(Number), decidedAt: null, decidedBy: null };
    expect(await client.call('GET', '/v1/reviews')).toMatchObject({ status: 200, body: { reviews: [document] } });
    expect(await client.call('GET', `/v1/reviews/${id}`)).toMatchObject({ status: 200, body: document });
    expect((await client.call('GET', '/v1/reviews?state=approved')).body).toEqual({ reviews: [] });
  });

  it('are approved with other words, which is recorded with the key and without the words, and then found by the dispatcher', async () => {
    const id = await offer('tulips');
    expect(await client.call('POST', `/v1/reviews/${id}/approve`, { answer: ' red ones ' })).toMatchObject({ status: 200, body: { state: 'approved', answer: 'red ones', edited: true, decidedBy: 'operate' } });
    expect((await expert.find(place('tulips'))).approved?.text).toBe('red ones');
    const step = await recorded('review_approved');
    expect(step).toMatchObject({ tier: 'gateway', requestId: 'r1', conversationId: 'c1', tenant: 'a', facts: { review: id, key: 'operate', edited: true } });
    expect(JSON.stringify(step)).not.toMatch(/tulips|red ones/);
  });

  it('are rejected, also after they were approved', async () => {
    const id = await offer('tulips');
    await client.call('POST', `/v1/reviews/${id}/approve`, {});
    expect(await client.call('POST', `/v1/reviews/${id}/reject`)).toMatchObject({ status: 200, body: { state: 'rejected' } });
    expect(await expert.find(place('tulips'))).toEqual({});
    await recorded('review_rejected');
  });

  it('are each tenant\'s own', async () => {
    const id = await offer('tulips');
    const other = new HttpClient(mesh.url, KEYS.other);
    expect((await other.call('GET', '/v1/reviews')).body).toEqual({ reviews: [] });
    for (const [method, path] of [['GET', ''], ['POST', '/approve'], ['POST', '/reject']] as const) {
      const { status, body } = await other.call(method, `/v1/reviews/${id}${path}`, path === '/approve' ? {} : undefined);
      expect([status, body['code']]).toEqual([404, 'REVIEW_UNKNOWN']);
    }
    expect(await client.call('GET', `/v1/reviews/${id}`)).toMatchObject({ body: { state: 'pending' } });
  });

  it('are approved no more than the site allows', async () => {
    const ids: string[] = [];
    for (let one = 0; one < 11; one++) ids.push(await offer(`no ${one}`));
    // Ten may wait: the first has given way.
    expect((await client.call('GET', `/v1/reviews/${ids[0]}`)).status).toBe(404);
    for (const id of ids.slice(1)) expect((await client.call('POST', `/v1/reviews/${id}/approve`, {})).status).toBe(200);
    const { status, body } = await client.call('POST', `/v1/reviews/${await offer('one more')}/approve`, {});
    expect([status, body['code']]).toEqual([409, 'REVIEWS_FULL']);
  });

  it.each([
    ['GET', '/v1/reviews?state=open', undefined, 'state'],
    ['GET', '/v1/reviews?limit=0', undefined, 'limit'],
    ['GET', '/v1/reviews/nonsense', undefined, 'id'],
    ['POST', `/v1/reviews/${'0'.repeat(24)}/approve`, { anwser: 'x' }, 'anwser'],
    ['POST', `/v1/reviews/${'0'.repeat(24)}/approve`, { answer: ' ' }, 'answer'],
  ])('tell what is wrong: %s %s', async (method, path, body, field) => {
    expect(await client.call(method, path, body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', field } });
  });

  it('need the scope "operate"', async () => {
    expect((await new HttpClient(mesh.url, KEYS.ask).call('GET', '/v1/reviews')).body['code']).toBe('SCOPE_MISSING');
  });
});
