import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dumpRedis } from './dump-redis.js';
import { openMesh, type OpenMesh } from './open-mesh.js';

let open: OpenMesh;
beforeAll(async () => {
  open = await openMesh();
});
afterAll(async () => {
  await open?.close();
});

it('holds no sentence in clear while it works: not in Redis, not in the logs', async () => {
  const redis = new Redis(open.mesh.redisUrl);
  const sentences = Array.from({ length: 60 }, (_, index) =>
    index % 2 === 0 ? `请问秘密句子第${index}号的运费到底是多少钱呢` : `please tell the secret sentence number ${index} about shipping costs`,
  );
  const dumps: { text: string; keys: string[] }[] = [];
  const work = { done: false };
  const dumping = (async () => {
    while (!work.done) dumps.push(await dumpRedis(redis));
  })();
  const answers = await Promise.all(sentences.map((text, index) => open.client.ask({ text: index % 3 === 0 ? `${text} HG202600${10 + index}` : text, conversationId: `sealed-${index % 7}` })));
  work.done = true;
  await dumping;
  dumps.push(await dumpRedis(redis));
  redis.disconnect();

  const written = dumps.map((dump) => dump.text).join('');
  // The dump did see the requests at work…
  expect(dumps.length).toBeGreaterThan(1);
  expect(answers.every((answer) => written.includes(answer.requestId))).toBe(true);
  // …and neither what was asked nor what was answered.
  const logs = await open.logs();
  for (const part of ['秘密句子', 'secret sentence', ...answers.map((answer) => answer.text.slice(0, 24)).filter((text) => text.length >= 12)]) {
    expect(written.includes(part), `Redis holds "${part}"`).toBe(false);
    expect(written.includes(JSON.stringify(part).slice(1, -1))).toBe(false);
    expect(logs.includes(part), `the logs hold "${part}"`).toBe(false);
  }
});
