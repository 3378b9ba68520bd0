import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AnswerJob, type Envelope } from '@switchyard/contracts';
import { deferred, waitFor } from '@switchyard/testing';
import { auditEventsOf } from '../reply/audit-stream.js';
import { bullQueueName } from '../redis-keys.js';
import { AuditTier, DispatchTier, scriptedModule, SecondWorkerTier, WorkerTier } from '../__fixtures__/scripted-tiers.js';
import { answer, passOn, TestMesh } from '../__fixtures__/test-mesh.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const jobKeys = async (queue: 'dispatch' | 'worker'): Promise<string[]> =>
  (await test.redis.keys(`switchyard:${bullQueueName(queue)}:*`)).filter((key) => /:[0-9a-f-]{36}\.\w+\.\d+$/.test(key));

describe('a request', () => {
  it('goes from tier to tier and comes back in pieces and as one reply', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (job, context) => {
        context.decided({ rule: 'everything', to: 'worker', intent: 'greeting', confidence: 0.9 });
        await context.forward(AnswerJob, {
          body: { mode: 'model', replyLanguage: 'zh', slotNames: [] },
          private: { text: job.private.text, slots: {}, turns: [] },
          trail: { rules: ['everything'], language: 'zh', intent: { label: 'greeting', confidence: 0.9, source: 'model' } },
        });
      },
      answer: async (job, context) => {
        for (const piece of ['你', '好', `，${job.private.text}`]) context.delta(piece);
        expect(await context.reply(answer('你好，王先生', { trail: { redactions: { name: 1 } } }))).toBe(true);
      },
    });
    const asked = await gateway.ask('王先生', { conversationId: 'c1' });
    const reply = await asked.reply;
    expect(asked.frames.map((frame) => frame.kind)).toEqual(['decided', 'delta', 'delta', 'delta', 'reply']);
    expect(asked.frames.map((frame) => frame.id)).toEqual(['1-1', '1001-1', '1001-2', '1001-3', '1001-4']);
    expect(asked.frames.flatMap((frame) => (frame.kind === 'delta' ? [frame.text] : [])).join('')).toBe('你好，王先生');
    expect(reply.text).toBe('你好，王先生');
    expect(reply.receipt).toMatchObject({
      requestId: asked.submitted.requestId, conversationId: 'c1', outcome: 'answered', tier: 'worker', language: 'zh', rule: 'everything',
      intent: { label: 'greeting', confidence: 0.9, source: 'model' }, redactions: { name: 1 }, leftSite: false, siteVersion: '0123456789abcdef',
    });
    expect(Object.keys(reply.receipt.timings).toSorted()).toEqual(['queue.worker', 'total', 'worker']);
    expect(await gateway.mesh.requests.get('demo', asked.submitted.requestId)).toMatchObject({ state: 'done', outcome: 'answered', reply: { text: '你好，王先生' } });
    expect(await test.redis.zcard('switchyard:pending')).toBe(0);
  });

  it('is one job when a tier passes it on twice', async () => {
    const gateway = await test.gateway();
    let answered = 0;
    await test.tier({
      dispatch: async (job, context) => {
        await passOn(job, context);
        await passOn(job, context);
      },
      answer: async (_job, context) => {
        answered += 1;
        await context.reply(answer('once'));
      },
    });
    const asked = await gateway.ask('hello');
    await asked.reply;
    await waitFor(async () => (await jobKeys('worker')).length === 0);
    expect(answered).toBe(1);
  });

  it('is looked for behind a wait, from the first wait on: a look ahead of it would find nothing and be believed', async () => {
    const monitor = await test.redis.monitor();
    const byClient = new Map<string, string[]>();
    monitor.on('monitor', (_time: string, [name = '']: string[], source: string) => void byClient.set(source, [...(byClient.get(source) ?? []), name.toLowerCase()]));
    const gateway = await test.gateway();
    await test.tier({ dispatch: passOn, answer: async (_job, context) => void (await context.reply(answer('ok'))) });
    for (let ask = 0; ask < 3; ask++) await (await gateway.ask('hello')).reply;
    monitor.disconnect();
    const waiting = [...byClient.values()].map((names) => names.filter((name) => name === 'bzpopmin' || name === 'evalsha')).filter((names) => names.includes('bzpopmin'));
    expect(waiting.length).toBeGreaterThanOrEqual(2);
    for (const names of waiting) expect(names.filter((_, at) => at % 2 === 0).every((name) => name === 'bzpopmin')).toBe(true);
    for (const names of waiting) expect(names.filter((_, at) => at % 2 === 1).every((name) => name === 'evalsha')).toBe(true);
  });

  it('keeps fields that this release does not know on its way through a tier', async () => {
    const gateway = await test.gateway();
    const seen = deferred<Envelope>();
    // A job as a newer gateway would have written it.
    const { requestId } = await gateway.submit('hello');
    const key = `switchyard:{dispatch}:${requestId}.dispatch.0`;
    const data = JSON.parse((await test.redis.hget(key, 'data')) ?? '') as Envelope;
    await test.redis.hset(key, 'data', JSON.stringify({ ...data, mood: 'calm', trail: { ...data.trail, weather: 'fine' } }));
    await test.tier({
      dispatch: passOn,
      answer: async (job, context) => {
        seen.resolve(job.envelope);
        await context.reply(answer('done'));
      },
    });
    expect(await seen.promise).toMatchObject({ hop: 1, mood: 'calm', trail: { weather: 'fine' } });
  });

  it('carries one trace through all tiers, with a span of its own for each', async () => {
    const gateway = await test.gateway();
    const seen: (string | undefined)[] = [];
    await test.tier({
      dispatch: async (job, context) => {
        seen.push(job.envelope.traceparent);
        await passOn(job, context);
      },
      answer: async (job, context) => {
        seen.push(job.envelope.traceparent);
        await context.reply(answer('traced'));
      },
    });
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    await (await gateway.ask('hello', { traceparent: `00-${trace}-00f067aa0ba902b7-01` })).reply;
    expect(seen.every((one) => one?.startsWith(`00-${trace}-`))).toBe(true);
    expect(new Set(seen).size).toBe(2);
  });

  it('ends once: of two tiers that answer, the first wins', async () => {
    const gateway = await test.gateway();
    const verdicts: boolean[] = [];
    await test.tier({
      dispatch: async (_job, context) => {
        verdicts.push(await context.reply(answer('first')), await context.reply(answer('second')));
      },
    });
    const asked = await gateway.ask('hello');
    expect((await asked.reply).text).toBe('first');
    await waitFor(() => verdicts.length === 2);
    expect(verdicts).toEqual([true, false]);
    expect(asked.frames.filter((frame) => frame.kind === 'reply')).toHaveLength(1);
    expect((await gateway.mesh.requests.get('demo', asked.submitted.requestId))?.reply?.text).toBe('first');
  });

  it('is handed over when tiers pass it on for ever', async () => {
    const gateway = await test.gateway();
    let hops = 0;
    const around: typeof passOn = (job, context) => {
      hops += 1;
      return passOn(job, context);
    };
    await test.tier({ dispatch: around, answer: around });
    const reply = await (await gateway.ask('hello')).reply;
    expect(reply.receipt.outcome).toBe('handed_over');
    expect(reply.error?.code).toBe('HOPS_EXHAUSTED');
    expect(hops).toBe(6);
  });

  it('records its steps under derived ids before the job is done', async () => {
    const gateway = await test.gateway();
    await test.tier({
      dispatch: async (_job, context) => {
        context.record('classified', { intent: 'greeting' }, 3);
        await context.reply(answer('recorded'));
      },
    });
    const asked = await gateway.ask('hello');
    await asked.reply;
    const events = await waitFor(async () => {
      const read = (await test.redis.xrange('switchyard:audit', '-', '+')).flatMap(([, fields]) => auditEventsOf(fields));
      return read.length >= 3 ? read : undefined;
    });
    const id = asked.submitted.requestId;
    expect(events.map((event) => [event.step, event.tier])).toEqual(expect.arrayContaining([['accepted', 'gateway'], ['classified', 'worker'], ['outcome', 'worker']]));
    expect(events.filter((event) => event.tier === 'worker').map((event) => event.id)).toEqual([`${id}.worker.0.1.1`, `${id}.worker.0.1.2`]);
    expect(events.find((event) => event.step === 'outcome')?.facts).toMatchObject({ outcome: 'answered', answeredBy: 'worker' });
  });
});

describe('the start of a tier', () => {
  it('fails when a kind of its queue has no handler', async () => {
    const config = test.config('tier');
    await expect(test.tier({}, { config, module: scriptedModule(config, {}, undefined, [DispatchTier]) })).rejects.toMatchObject({ code: 'HANDLER_MISSING', field: 'answer' });
  });

  it('fails when a kind has two handlers', async () => {
    const config = test.config('tier');
    const module = scriptedModule(config, {}, undefined, [DispatchTier, WorkerTier, AuditTier, SecondWorkerTier]);
    await expect(test.tier({}, { config, module })).rejects.toMatchObject({ code: 'HANDLER_DUPLICATE', field: 'answer' });
  });
});
