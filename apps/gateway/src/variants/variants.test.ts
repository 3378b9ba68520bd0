import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSealKeys } from '@switchyard/config';
import { AUDIT_STREAM, auditEventsOf, Reviews, Sealer } from '@switchyard/queue';
import { waitFor } from '@switchyard/testing';
import { HttpClient } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

const ID = 'a1'.repeat(12);
const PATH = '/v1/knowledge/site/variants';
let mesh: TestMesh;
let knowledge: HttpClient;
let operate: HttpClient;
let redis: Redis;
beforeAll(async () => {
  mesh = await startTestMesh();
  [knowledge, operate] = [new HttpClient(mesh.url, KEYS.knowledge), new HttpClient(mesh.url, KEYS.operate)];
  redis = new Redis(mesh.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await mesh.stop();
});

it('variants are added, listed and removed', async () => {
  const variant = { id: ID, documentId: 'faq.csv', title: 'Do you wrap gifts?', question: 'a bow?', addedAt: '2026-01-01T00:00:00Z', state: 'ready' };
  expect(await knowledge.call('POST', PATH, { question: ' a bow? ', documentId: 'faq.csv', title: 'Do you wrap gifts?' })).toMatchObject({ status: 201, body: variant });
  expect(await knowledge.call('GET', `${PATH}?documentId=faq.csv&limit=5`)).toMatchObject({ status: 200, body: { variants: [variant] } });
  expect((await knowledge.call('GET', `${PATH}?documentId=other`)).body).toEqual({ variants: [] });
  expect(await knowledge.call('DELETE', `${PATH}/${ID}`)).toMatchObject({ status: 200, body: { id: ID, state: 'removed' } });
  expect(await knowledge.call('DELETE', `${PATH}/${ID}`)).toMatchObject({ status: 404, body: { code: 'VARIANT_UNKNOWN' } });
});

it('the question of an answer for review becomes one, which is recorded with the key and without the words', async () => {
  const reviews = new Reviews(redis, new Sealer(readSealKeys(mesh.keyFile)), { now: Date.now }, mesh.site.settings.tenants);
  const { id = '' } = await reviews.find({ tenant: 'a', language: 'en', ask: 'bow' });
  await reviews.offer({ requestId: 'r1', conversationId: 'c1', tenant: 'a', trail: { review: id } }, { language: 'en', model: 'm', question: 'a velvet bow?', text: 'Yes.', citations: [] });
  expect(await operate.call('POST', `/v1/reviews/${id}/variant`, { documentId: 'faq.csv' })).toMatchObject({ status: 201, body: { documentId: 'faq.csv', question: 'a velvet bow?' } });
  expect(await reviews.get('a', id)).toMatchObject({ state: 'pending' });
  const step = await waitFor(async () => (await redis.xrange(AUDIT_STREAM, '-', '+')).flatMap(([, fields]) => auditEventsOf(fields)).find((event) => event.step === 'variant_added'));
  expect(step).toMatchObject({ requestId: 'r1', conversationId: 'c1', tenant: 'a', facts: { review: id, key: 'operate', variant: ID, documentId: 'faq.csv' } });
  expect(JSON.stringify(step)).not.toContain('velvet');
  expect(await new HttpClient(mesh.url, KEYS.other).call('POST', `/v1/reviews/${id}/variant`, { documentId: 'faq.csv' })).toMatchObject({ status: 404, body: { code: 'REVIEW_UNKNOWN' } });
});

it.each([
  ['POST', PATH, { question: 'a bow?' }, 'documentId'],
  ['POST', PATH, { question: ' ', documentId: 'd' }, 'question'],
  ['POST', PATH, { question: 'a bow?', documentId: 'd', titel: 'x' }, 'titel'],
  ['GET', `${PATH}?limit=0`, undefined, 'limit'],
  ['DELETE', `${PATH}/nonsense`, undefined, 'id'],
])('what is wrong is told: %s %s %j', async (method, path, body, field) => {
  expect(await knowledge.call(method, path, body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', field } });
});

it('they need their scopes', async () => {
  expect((await new HttpClient(mesh.url, KEYS.ask).call('GET', PATH)).body['code']).toBe('SCOPE_MISSING');
  expect((await knowledge.call('POST', `/v1/reviews/${ID}/variant`, { documentId: 'd' })).body['code']).toBe('SCOPE_MISSING');
});
