import { Redis } from 'ioredis';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { HttpClient } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS, testSite } from '../__fixtures__/test-site.js';

const SITE = 'conversations: { merge: { windowMs: 60000 }, supersede: generation }\n';

describe('a message that a later one of its conversation takes the place of', () => {
  let mesh: TestMesh;
  let client: HttpClient;
  let openai: OpenAI;
  let redis: Redis;
  let id: string;
  let count = 0;
  beforeAll(async () => {
    mesh = await startTestMesh({ site: testSite(SITE) });
    client = new HttpClient(mesh.url);
    // As it comes: it would send again what was answered with 409.
    openai = new OpenAI({ baseURL: `${mesh.url}/v1`, apiKey: KEYS.ask });
    redis = new Redis(mesh.redis.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await mesh.stop();
  });
  beforeEach(() => {
    id = `c-${(count += 1)}`;
  });

  const chat = (content: string) => ({ model: 'switchyard', user: id, messages: [{ role: 'user' as const, content }] });
  const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'it was answered', (error: unknown) => error);
  const drain = async (stream: Promise<AsyncIterable<OpenAI.ChatCompletionChunk>>): Promise<string> => {
    let text = '';
    for await (const chunk of await stream) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  };
  /** Resolves when so many messages of the conversations are open. */
  const open = (many: number): Promise<boolean> =>
    waitFor(async () => {
      const lanes = await redis.keys('switchyard:*:lane:*');
      return (await Promise.all(lanes.map((lane) => redis.llen(lane)))).reduce((sum, one) => sum + one, 0) === many;
    });

  it.each([false, true])('ends a chat with a 409 that says so, and is not sent again by its client (stream: %s)', async (stream) => {
    const before = mesh.script.runs('generate');
    const work = mesh.script.expectAbort();
    const older = failure(stream ? drain(openai.chat.completions.create({ ...chat('generate'), stream: true })) : openai.chat.completions.create(chat('generate')));
    await work.started;
    expect(await client.ask('echo later', id)).toMatchObject({ outcome: 'answered', reply: 'later' });
    const error = await older;
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: 'REQUEST_SUPERSEDED', message: expect.stringContaining('a later message of the conversation is answered instead'), ...(stream ? {} : { status: 409 }) });
    expect(mesh.script.runs('generate') - before).toBe(1);
  });

  it.each([false, true])('ends a chat that was answered together with it the same way (stream: %s)', async (stream) => {
    const work = mesh.script.expectAbort();
    const first = await client.send('hang', id);
    await work.started;
    const second = failure(stream ? drain(openai.chat.completions.create({ ...chat('echo two'), stream: true })) : openai.chat.completions.create(chat('echo two')));
    await open(2);
    const third = await client.send('three', id);
    await client.call('DELETE', `/v1/requests/${first}`);
    expect(await client.ended(third)).toMatchObject({ outcome: 'answered', reply: 'two\nthree' });
    expect(await second).toMatchObject({ code: 'REQUEST_MERGED', message: expect.stringContaining('a later message of the conversation is answered instead, together with this one'), ...(stream ? {} : { status: 409 }) });
    await open(0);
    expect((await client.ask('recall', id)).reply).toBe('customer: echo two\nthree | mesh: two\nthree');
  });

  it('is told as a request that ended without a word, with the code', async () => {
    const work = mesh.script.expectAbort();
    const older = await client.send('generate', id);
    await work.started;
    const later = await client.send('echo later', id);
    await client.ended(later);
    const expected = { requestId: older, state: 'done', outcome: 'cancelled', reply: '', error: { code: 'REQUEST_SUPERSEDED', title: expect.stringContaining('newer message'), laterRequestId: later } };
    expect(await client.ended(older)).toMatchObject(expected);
    const events = await (await fetch(`${mesh.url}/v1/requests/${older}/events`, { headers: { authorization: `Bearer ${KEYS.ask}` } })).text();
    const last = events.trim().split('\n\n').at(-1) ?? '';
    expect([last.split('\n').slice(0, 2), JSON.parse(last.slice(last.indexOf('{')))]).toEqual([['id: reply', 'event: reply'], expect.objectContaining(expected)]);
  });
});
