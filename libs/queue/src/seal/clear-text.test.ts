import { expect, it } from 'vitest';
import { MeshError } from '@switchyard/errors';
import { answer, TestMesh } from '../__fixtures__/test-mesh.js';

const SECRETS = ['王小明', '13812345678', 'my-secret-words', 'the-secret-answer', '秘密的回答', 'order-key-of-mr-wang'];

/** All that Redis holds of a key, whatever its type. */
async function contentOf(test: TestMesh, key: string): Promise<string> {
  const { redis } = test;
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1', 'WITHSCORES'));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      throw new Error(`a key of an unknown type: ${key}`);
  }
}

it('leaves no word of a customer or of an answer in Redis: not in jobs, replies, conversations, dead letters or the record', async () => {
  const test = await TestMesh.start();
  try {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (job, context) => {
        if (job.private.text.includes('fails')) throw new MeshError('TOOL_REJECTED', 'the tool said no', { cause: new Error(job.private.text) });
        if (job.private.text.includes('breaks')) throw new TypeError(job.private.text);
        context.delta('the-secret-answer');
        context.record('classified', { characters: job.private.text.length });
        await context.reply(answer('the-secret-answer 秘密的回答', { citations: [{ documentId: 'd1', title: 't', quote: 'the-secret-answer' }] }));
      },
    });
    const idempotency = { key: 'order-key-of-mr-wang', content: 'my-secret-words' };
    const turns = [{ role: 'customer' as const, text: '13812345678' }];
    for (const text of ['王小明 my-secret-words', 'fails: 王小明 my-secret-words', 'breaks: 王小明 13812345678']) {
      await gateway.submitOnce(text, { ...idempotency, key: idempotency.key + text }, { private: { text, turns } });
      await (await gateway.ask(text, { private: { text, turns } })).reply;
    }
    await test.tier({});
    const keys = await test.redis.keys('*');
    expect(keys.length).toBeGreaterThan(8);
    const dump = (await Promise.all(keys.map(async (key) => `${key} ${await contentOf(test, key)}`))).join('\n');
    expect(dump).toContain('TOOL_REJECTED');
    for (const secret of SECRETS) expect([secret, dump.includes(secret)]).toEqual([secret, false]);
    expect(keys.filter((key) => !key.startsWith('switchyard:'))).toEqual([]);
  } finally {
    await test.stop();
  }
});
