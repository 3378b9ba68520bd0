import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestMesh } from '../__fixtures__/test-mesh.js';
import { createRedis, type RedisConnection } from '../connect/open-redis.js';
import { reviewKeys } from '../redis-keys.js';
import { Sealer } from '../seal/sealer.js';
import type { Review } from './review.js';
import { Reviews, type ReviewPlace } from './reviews.js';

const DAY_MS = 86_400_000;
const tenants = ['harbour', 'other'].map((id) => ({ id, reviews: { pendingDays: 2, approvedDays: 10, most: 3 } }));
const key = { id: 'k1', key: randomBytes(32) };

let test: TestMesh;
let redis: RedisConnection;
let nowMs: number;
let reviews: Reviews;
beforeAll(async () => {
  test = await TestMesh.start();
  redis = createRedis(test.server.url, 'patient', 'test');
});
beforeEach(async () => {
  await test.clear();
  nowMs = Date.now();
  reviews = reviewsOf();
});
afterAll(async () => {
  redis.disconnect();
  await test.stop();
});

const reviewsOf = (keys = [key]): Reviews => new Reviews(redis, new Sealer(keys), { now: () => nowMs }, tenants);
const place = (ask = 'how', tenant = 'harbour', language = 'en'): ReviewPlace => ({ tenant, language, ask });

/** What dispatcher and expert do with a question. */
async function offer(at = place(), text = `answer to ${at.ask}`): Promise<boolean> {
  const { id } = await reviews.find(at);
  return reviews.offer({ requestId: `r-${at.ask}`, conversationId: 'c', tenant: at.tenant, trail: id === undefined ? {} : { review: id } }, { language: 'en', model: 'm', question: `${at.ask}?`, text, citations: [] });
}
const idOf = async (at = place()): Promise<string> => (await reviews.find(at)).id ?? '';
const textAt = async (at = place()): Promise<string | undefined> => (await reviews.find(at)).approved?.text;
async function approved(at = place(), edited?: string): Promise<Review | undefined> {
  await offer(at);
  return reviews.approve(at.tenant, await idOf(at), 'key', edited);
}

describe('an answer that is offered', () => {
  it('waits, is given to nobody, and is counted where it is offered again', async () => {
    expect([await offer(), await offer(place(), 'another')]).toEqual([true, false]);
    expect(await textAt()).toBeUndefined();
    expect(await reviews.list('harbour', 10)).toEqual([
      { id: await idOf(), state: 'pending', requestId: 'r-how', conversationId: 'c', language: 'en', model: 'm', offeredAt: nowMs, expiresAt: nowMs + 2 * DAY_MS, times: 2, question: 'how?', text: 'answer to how', citations: [] },
    ]);
  });

  it('is listed by how often it was asked for, then the latest first, up to the limit', async () => {
    for (const ask of ['a', 'b', 'a', 'c']) {
      nowMs += 1;
      await offer(place(ask));
    }
    expect((await reviews.list('harbour', 10)).map(({ question }) => question)).toEqual(['a?', 'c?', 'b?']);
    expect((await reviews.list('harbour', 1)).map(({ question }) => question)).toEqual(['a?']);
    expect(await reviews.list('harbour', 10, 'approved')).toEqual([]);
  });

  it('is given once it is approved, to this tenant, in this language, for this question', async () => {
    expect(await approved()).toMatchObject({ state: 'approved', decidedBy: 'key', decidedAt: nowMs, expiresAt: nowMs + 10 * DAY_MS });
    expect(await textAt()).toBe('answer to how');
    for (const elsewhere of [place('when'), place('how', 'other'), place('how', 'harbour', 'zh')]) expect(await textAt(elsewhere)).toBeUndefined();
    expect(await offer()).toBe(false);
  });

  it('is given with the words of a person where they changed them, and without the sources', async () => {
    expect(await approved(place(), 'better')).toMatchObject({ text: 'better', edited: true, question: 'how?', citations: [] });
    expect(await textAt()).toBe('better');
  });

  it('is not offered again once it was rejected, and no more given where it had been approved', async () => {
    const { id = '' } = (await approved()) ?? {};
    expect(await reviews.reject('harbour', id, 'key')).toMatchObject({ state: 'rejected' });
    expect(await reviews.find(place())).toEqual({});
    expect(await offer()).toBe(false);
    nowMs += 2 * DAY_MS;
    expect(await offer()).toBe(true);
  });

  it('is another tenant\'s neither to see nor to decide on', async () => {
    await offer();
    const id = await idOf();
    expect([await reviews.get('other', id), await reviews.approve('other', id, 'key'), await reviews.reject('other', id, 'key'), await reviews.list('other', 10)]).toEqual([undefined, undefined, undefined, []]);
    for (const [at, from] of reviewKeys('harbour').entries()) await redis.copy(from, reviewKeys('other')[at] ?? '');
    expect(await reviews.get('other', id), 'a box that was moved does not open').toBeUndefined();
  });
});

describe('what is kept', () => {
  it('expires: what waits, and what was approved', async () => {
    await offer(place('waits'));
    await approved(place('holds'));
    nowMs += 2 * DAY_MS;
    expect(await reviews.list('harbour', 10)).toEqual([]);
    expect(await textAt(place('holds'))).toBeDefined();
    nowMs += 8 * DAY_MS;
    expect(await textAt(place('holds'))).toBeUndefined();
    await offer(place('new'));
    for (const name of reviewKeys('harbour').slice(0, 2)) expect(await redis.hlen(name)).toBe(1);
    for (const name of reviewKeys('harbour').slice(0, 3)) expect(await redis.pttl(name)).toBeGreaterThan(0);
  });

  it('is bounded: the oldest that waits gives way, and no more are approved than may be', async () => {
    for (const ask of ['a', 'b', 'c']) {
      await approved(place(ask));
      nowMs += 1;
    }
    for (const ask of ['d', 'e', 'f', 'g']) {
      await offer(place(ask));
      nowMs += 1;
    }
    expect((await reviews.list('harbour', 10)).map(({ question }) => question)).toEqual(['g?', 'f?', 'e?']);
    await expect(reviews.approve('harbour', await idOf(place('g')), 'key')).rejects.toMatchObject({ code: 'REVIEWS_FULL' });
    const [kept] = await reviews.list('harbour', 1, 'approved');
    expect(await reviews.approve('harbour', kept?.id ?? '', 'key', 'changed'), 'one that is approved may be changed').toMatchObject({ text: 'changed' });
  });

  it('stands sealed, and is found under a key that has been rotated', async () => {
    await approved(place(), 'in these words');
    expect(JSON.stringify(await Promise.all(reviewKeys('harbour').slice(0, 2).map((name) => redis.hgetall(name))))).not.toMatch(/in these words|how\?/);
    reviews = reviewsOf([{ id: 'k2', key: randomBytes(32) }, key]);
    expect(await textAt()).toBe('in these words');
    reviews = reviewsOf([{ id: 'k3', key: randomBytes(32) }]);
    expect(await textAt()).toBeUndefined();
  });

  it('is nothing for a request without a ticket, nor for a tenant whose site has none reviewed', async () => {
    const draft = { language: 'en', model: 'm', question: 'q', text: 't', citations: [] } as const;
    expect(await reviews.offer({ requestId: 'r', conversationId: 'c', tenant: 'harbour', trail: {} }, { ...draft, citations: [] })).toBe(false);
    expect(await reviews.offer({ requestId: 'r', conversationId: 'c', tenant: 'nobody', trail: { review: 'id' } }, { ...draft, citations: [] })).toBe(false);
    expect([reviews.isFor('harbour'), reviews.isFor('nobody')]).toEqual([true, false]);
  });
});
