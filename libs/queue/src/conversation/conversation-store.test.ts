import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationState } from '@switchyard/contracts';
import { testSite } from '../__fixtures__/site.js';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { baseOfRequest, newRequestId } from '../redis-keys.js';
import { finishRequest, type RequestEnding } from '../reply/finish-request.js';
import { buildReply } from '../reply/build-reply.js';
import { ConversationStore } from './conversation-store.js';
import { remember } from './remember.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

describe('a conversation', () => {
  it('remembers the turns, the language and the open flow from one request to the next', async () => {
    const gateway = await test.gateway();
    const seen: ConversationState[] = [];
    const flow = { flow: 'return', siteVersion: 'v', at: 2, slots: {}, results: {}, expects: 'slot:order', tries: 0 };
    await test.tier({
      dispatch: async (job, context) => {
        seen.push(await context.conversation());
        const isFirst = job.private.text === '我要退货';
        await context.reply(answer(isFirst ? '订单号是多少？' : '好的', { conversation: isFirst ? { language: 'zh', flow } : { flow: null } }));
      },
    });
    for (const text of ['我要退货', 'HG20260001', '谢谢']) await (await gateway.ask(text, { conversationId: 'c1' })).reply;
    expect(seen[0]).toEqual({ turns: [] });
    expect(seen[1]).toEqual({ language: 'zh', flow, turns: [{ role: 'customer', text: '我要退货' }, { role: 'mesh', text: '订单号是多少？' }] });
    expect(seen[2]?.flow).toBeUndefined();
    expect(seen[2]).toMatchObject({ language: 'zh', turns: [{}, {}, { role: 'customer', text: 'HG20260001' }, { role: 'mesh', text: '好的' }] });
  });

  it('is its tenant’s own, though another tenant may use the same id', async () => {
    const gateway = await test.gateway();
    const seen: number[] = [];
    await test.tier({
      dispatch: async (_job, context) => {
        seen.push((await context.conversation()).turns.length);
        await context.reply(answer('hello'));
      },
    });
    await (await gateway.ask('one', { conversationId: 'c1', tenant: 'demo' })).reply;
    await (await gateway.ask('two', { conversationId: 'c1', tenant: 'other' })).reply;
    expect(seen).toEqual([0, 0]);
  });

  it('gives a repeated run the state from before its request, and everybody else the state after it', async () => {
    const { mesh } = await test.gateway();
    const store = new ConversationStore(mesh.redis, mesh.sealer, () => 60_000);
    const submit = async (): Promise<RequestEnding> => {
      const requestId = newRequestId('demo', 'c1');
      const { acceptedAt, replyTo } = await mesh.client.submit({ requestId, tenant: 'demo', conversationId: 'c1', lane: 'normal', deadlineMs: 5_000, body: { source: 'chat' }, private: { text: 'hi', turns: [] } });
      const reply = buildReply({ requestId, conversationId: 'c1', acceptedAt, siteVersion: testSite.version }, answer('hello'), acceptedAt);
      return { requestId, tenant: 'demo', conversationId: 'c1', replyTo, epoch: 1, seq: 1, reply };
    };
    const end = await submit();
    const commit = store.commitOf(await store.load('demo', 'c1', end.requestId), 'hi', answer('hello'));
    expect(await finishRequest(mesh.store, mesh.sealer, { ...end, conversation: commit })).toEqual({ verdict: 'ended', endedAt: expect.any(Number) });
    expect((await store.load('demo', 'c1', end.requestId)).state.turns).toEqual([]);
    expect((await store.load('demo', 'c1', 'another')).state.turns).toHaveLength(2);

    // A writer that read before the first was answered conflicts, writes nothing, and its request stays open.
    const late = await submit();
    await expect(finishRequest(mesh.store, mesh.sealer, { ...late, conversation: commit })).rejects.toMatchObject({ code: 'CONVERSATION_CONFLICT', retry: true });
    expect((await mesh.requests.get('demo', late.requestId))?.state).toBe('accepted');
    expect(await test.redis.zscore(`${baseOfRequest(late.requestId)}pending`, late.requestId)).not.toBeNull();
  });

  it('keeps the note of a hand-over while a person has it, and no longer than until the mesh answers', async () => {
    const { mesh } = await test.gateway();
    const store = new ConversationStore(mesh.redis, mesh.sealer, () => 60_000);
    const handOver = { intents: ['refund'], keywords: ['漏水', 'refund'] };
    const commit = async (revision: number, draft?: Parameters<typeof store.commitOf>[2]): Promise<string> => {
      const snapshot = await store.load('demo', 'c1', `r${revision}`);
      const { box } = store.commitOf(snapshot, 'hi', draft);
      await test.redis.hset(snapshot.key, { revision, last: `r${revision}`, box });
      return box;
    };
    expect(await store.handOver('demo', 'c1')).toBeUndefined();
    const box = await commit(1, { text: 'a person', conversation: { flow: null, handOver } });
    expect(box).not.toMatch(/漏水|refund/);
    expect(await store.handOver('demo', 'c1')).toEqual(handOver);
    await commit(2);
    expect(await store.handOver('demo', 'c1')).toEqual(handOver);
    expect(await store.handOver('other', 'c1')).toBeUndefined();
    await commit(3, { text: 'hello' });
    expect(await store.handOver('demo', 'c1')).toBeUndefined();
  });

  it('is kept for as long as its tenant says, else the site', async () => {
    const site = { ...testSite, settings: { ...testSite.settings, tenants: [{ id: 'demo', retention: { conversationHours: 0.25 } }, { id: 'other' }] } };
    const gateway = await test.gateway(site);
    await test.tier({ dispatch: async (_job, context) => void (await context.reply(answer('hi'))) }, {}, site);
    for (const [tenant, hours] of [['demo', 0.25], ['other', 1]] as const) {
      await (await gateway.ask('hi', { tenant, conversationId: 'c1' })).reply;
      const leftMs = await test.redis.pttl((await new ConversationStore(gateway.mesh.redis, gateway.mesh.sealer, () => 0).load(tenant, 'c1', '')).key);
      expect(leftMs / 3_600_000).toBeLessThanOrEqual(hours);
      expect(leftMs / 3_600_000).toBeGreaterThan(hours - 0.05);
    }
  });

  it('begins anew when it was sealed with a key that is gone', async () => {
    const { mesh } = await test.gateway();
    const store = new ConversationStore(mesh.redis, mesh.sealer, () => 60_000);
    const { key } = await store.load('demo', 'c1', 'r1');
    await test.redis.hset(key, { revision: 4, last: 'r0', box: JSON.stringify({ key: 'gone', nonce: 'AAAA', box: 'AAAA' }) });
    expect(await store.load('demo', 'c1', 'r1')).toEqual({ key, ttlMs: 60_000, revision: 4, state: { turns: [] } });
  });
});

it('a conversation keeps its last turns, and of those before them what was asked for: so long, and no longer', () => {
  const keywordsOf = (text: string): string[] => (text === 'hello' ? [] : [`about ${text}`]);
  let memory: ReturnType<typeof remember> = { turns: [], earlier: [] };
  const say = (text: string, intents?: string[]): void => {
    memory = remember([...memory.turns, { role: 'customer', text, ...(intents ? { intents } : {}) }, { role: 'mesh', text: `re ${text}` }], memory.earlier, keywordsOf);
  };
  say('hello');
  say('kettle', ['refund', 'invoice']);
  for (let number = 0; number < 6; number++) say(`m${number}`);
  expect(memory.turns).toHaveLength(12);
  // A greeting leaves nothing.
  expect(memory.earlier).toEqual([{ intents: ['refund', 'invoice'], keywords: ['about kettle'] }]);
  for (let number = 6; number < 40; number++) say(`m${number}`);
  expect(memory.earlier.map(({ keywords }) => keywords[0])).toEqual(Array.from({ length: 12 }, (_, number) => `about m${number + 22}`));
});
