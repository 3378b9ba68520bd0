import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationState } from '@switchyard/contracts';
import { deferred } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';
import { finishRequest, type RequestEnd } from '../reply/finish-request.js';
import { buildReply } from '../reply/build-reply.js';
import { ConversationStore } from './conversation-store.js';

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

  it('keeps both of two messages that are answered at the same time: the later one starts again from the earlier', async () => {
    const gateway = await test.gateway();
    const bothRead = deferred();
    const attempts: Record<string, number[]> = {};
    let reads = 0;
    await test.tier({
      dispatch: async (job, context) => {
        const before = await context.conversation();
        (attempts[job.private.text] ??= []).push(before.turns.length);
        if ((reads += 1) === 2) bothRead.resolve();
        await bothRead.promise;
        await context.reply(answer(`after ${before.turns.length} turns`));
      },
    });
    const [one, two] = await Promise.all([gateway.ask('one', { conversationId: 'c1' }), gateway.ask('two', { conversationId: 'c1' })]);
    const texts = [(await one.reply).text, (await two.reply).text].toSorted();
    expect(texts).toEqual(['after 0 turns', 'after 2 turns']);
    expect(Object.values(attempts).map((list) => list.length).toSorted((one, other) => one - other)).toEqual([1, 2]);
    const mesh = gateway.mesh;
    const store = new ConversationStore(mesh.redis, mesh.sealer, 60_000);
    expect((await store.load('demo', 'c1', 'another')).state.turns).toHaveLength(4);
  });

  it('gives a repeated run the state from before its request, and everybody else the state after it', async () => {
    const { mesh } = await test.gateway();
    const store = new ConversationStore(mesh.redis, mesh.sealer, 60_000);
    const submit = async (requestId: string): Promise<RequestEnd> => {
      const { acceptedAt, replyTo } = await mesh.client.submit({ requestId, tenant: 'demo', conversationId: 'c1', lane: 'normal', deadlineMs: 5_000, body: { source: 'chat' }, private: { text: 'hi', turns: [] } });
      const reply = buildReply({ requestId, conversationId: 'c1', acceptedAt, siteVersion: testSite.version }, answer('hello'), acceptedAt);
      return { requestId, replyTo, epoch: 1, seq: 1, reply };
    };
    const end = await submit('r1');
    const commit = store.commitOf(await store.load('demo', 'c1', 'r1'), 'r1', 'hi', answer('hello'));
    expect(await finishRequest(mesh.redis, mesh.sealer, { ...end, conversation: commit })).toBe(true);
    expect((await store.load('demo', 'c1', 'r1')).state.turns).toEqual([]);
    expect((await store.load('demo', 'c1', 'r2')).state.turns).toHaveLength(2);

    // A writer that read before r1 was answered conflicts, writes nothing, and its request stays open.
    const late = await submit('r2');
    await expect(finishRequest(mesh.redis, mesh.sealer, { ...late, conversation: { ...commit, requestId: 'r2' } })).rejects.toMatchObject({ code: 'CONVERSATION_CONFLICT', retry: true });
    expect((await mesh.requests.get('demo', 'r2'))?.state).toBe('accepted');
    expect(await test.redis.zscore('switchyard:pending', 'r2')).not.toBeNull();
  });

  it('begins anew when it was sealed with a key that is gone', async () => {
    const { mesh } = await test.gateway();
    const store = new ConversationStore(mesh.redis, mesh.sealer, 60_000);
    const { key } = await store.load('demo', 'c1', 'r1');
    await test.redis.hset(key, { revision: 4, last: 'r0', box: JSON.stringify({ key: 'gone', nonce: 'AAAA', box: 'AAAA' }) });
    expect(await store.load('demo', 'c1', 'r1')).toEqual({ key, revision: 4, state: { turns: [] } });
  });
});
