import { Command, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AnswerJob, DispatchJob, emptyTrail, ExplainJob, type Envelope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { startRedisCluster, waitFor, type TestRedisCluster } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { answer, consult, passOn, TestMesh, type Gateway } from '../__fixtures__/test-mesh.js';
import { newRequestId } from '../redis-keys.js';
import { Deliveries } from '../people/deliveries.js';
import { buildReply } from '../reply/build-reply.js';
import { finishRequest } from '../reply/finish-request.js';
import { DeadlineSweeper } from '../request/deadline-sweeper.js';
import { Budget } from '../spending/budget.js';
import { newJob, type NewJob } from '../store/new-job.js';
import { argumentsOf, failureOf, type Operation } from '../store/operation.js';
import * as operations from '../store/operations.js';
import { storeScript } from '../store/script.js';
import { buildEnvelope } from '../transport/build-envelope.js';

let cluster: TestRedisCluster;
let test: TestMesh;
beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 3 });
  test = await TestMesh.start({ servers: cluster });
}, 60_000);
afterEach(() => test.clear());
afterAll(() => test.stop());

const peopleSite = { ...testSite, settings: { ...testSite.settings, tenants: [{ id: 'demo', people: { webhook: {}, chatwoot: { account: 3 } } }] } };

const spendingSite = { ...testSite, settings: { ...testSite.settings, tenants: [{ id: 'demo', budget: { perDayUsd: 1, perConversationUsd: 0.5 } }] as const } };

/** One step alone, as of an instance that dies after it. */
async function step<Answer>(operation: Operation<Answer>): Promise<Answer> {
  const [read] = (await storeScript.run(test.redis, [operation.slot], argumentsOf([operation]))) as unknown[];
  const failure = failureOf(read);
  if (failure) throw failure;
  return operation.read(read);
}

interface Asked {
  readonly requestId: string;
  readonly conversationId: string;
  readonly acceptance: operations.Acceptance;
  readonly envelope: Envelope;
}

/** A request as a gateway is about to accept it. */
async function request({ mesh }: Gateway, text: string, conversationId = `c-${text}`): Promise<Asked> {
  await mesh.replies.start();
  const requestId = newRequestId('demo', conversationId);
  const acceptedAt = mesh.clock.now();
  const head = { requestId, tenant: 'demo', conversationId, lane: 'interactive', acceptedAt, deadlineAt: acceptedAt + 30_000, replyTo: mesh.replies.stream, traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`, siteVersion: '1', hop: 0, trail: emptyTrail() } as const;
  const envelope = buildEnvelope(DispatchJob, head, { body: { source: 'requests' }, private: { text, turns: [] } }, mesh.sealer);
  return { requestId, conversationId, envelope, acceptance: { ...head, keepMs: 3_600_000, waitMs: 0, job: newJob(DispatchJob, envelope, { now: acceptedAt, weight: 1 }) } };
}

/** The job that a dispatcher passes a request on with. */
function nextOf({ mesh }: Gateway, { envelope }: Asked, text: string): NewJob {
  const { v: _v, kind: _kind, body: _body, sealed: _sealed, ...head } = envelope;
  const next = buildEnvelope(AnswerJob, { ...head, hop: 1 }, { body: { mode: 'model', replyLanguage: 'en', slotNames: [] }, private: { text, slots: {}, turns: [] } }, mesh.sealer);
  return newJob(AnswerJob, next, { now: mesh.clock.now(), weight: 1 });
}

/** A worker that takes the one job of the queue, and dies with it in its hands soon. */
async function takeAndDie(queue: 'dispatch' | 'worker'): Promise<operations.Completion> {
  const { jobs } = await step(operations.takeJobs(queue, { worker: 'dead', lockMs: 50 }, 1));
  expect(jobs).toHaveLength(1);
  return { queue, jobId: jobs[0]?.id ?? '', token: 'dead:1' };
}

/** Tiers that answer, and note what they are asked; and the sweeper of a gateway. */
async function recover(gateway: Gateway): Promise<{ readonly heard: string[]; readonly stop: () => Promise<void> }> {
  const heard: string[] = [];
  const script: Parameters<TestMesh['tier']>[0] = {
    dispatch: async (job, context) => {
      heard.push(`dispatch ${job.private.text}`);
      await passOn(job, context);
    },
    answer: async (job, context) => {
      heard.push(`worker ${job.private.text}`);
      await context.reply(answer(`answered: ${job.private.text}`));
    },
  };
  // The worker comes when the dispatcher has nothing left to do, so that it is seen to do it.
  await test.tier(script, { queues: ['dispatch'] });
  await waitFor(async () => (await gateway.mesh.backlog.read()).dispatch.active + (await gateway.mesh.backlog.read()).dispatch.waiting === 0);
  await test.tier(script, { queues: ['worker'] });
  const sweeper = new DeadlineSweeper(gateway.mesh.redis, gateway.mesh.store, gateway.mesh.endings);
  sweeper.start();
  return { heard, stop: () => sweeper.stop() };
}

const endOf = (gateway: Gateway, requestId: string): Promise<string> => waitFor(async () => (await gateway.mesh.requests.get('demo', requestId))?.reply?.text);
const isIdle = (gateway: Gateway): Promise<boolean> => waitFor(async () => Object.values(await gateway.mesh.backlog.read()).every(({ waiting, active }) => waiting + active === 0));
const listed = async (list: 'due' | 'pending'): Promise<string[]> => (await Promise.all(cluster.nodes.map(({ port }) => one(port, (redis) => redis.keys(`switchyard:{p*}:${list}`))))).flat();
async function one<Answer>(port: number, talk: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(port);
  return talk(redis).finally(() => redis.disconnect());
}

describe('on a cluster, what an instance leaves that dies between two steps', () => {
  it.each([
    ['stored, and not in its queue', false],
    ['stored and in its queue, of which its record does not know', true],
  ])('is taken up once: a request that is %s', async (_name, isQueued) => {
    const gateway = await test.gateway();
    const asked = await request(gateway, 'hello');
    expect(await step(operations.accept(asked.acceptance, true))).toEqual({ kind: 'queued' });
    if (isQueued) await step(operations.addJob(asked.acceptance.job, false));
    // A client that tries again is told that it is there.
    expect(await step(operations.accept(asked.acceptance, true))).toEqual({ kind: 'repeat' });
    const { heard, stop } = await recover(gateway);
    expect(await endOf(gateway, asked.requestId)).toBe('answered: hello');
    await waitFor(async () => (await listed('due')).length + (await listed('pending')).length === 0);
    await isIdle(gateway);
    await stop();
    expect(heard).toEqual(['dispatch hello', 'worker hello']);
  });

  it.each([
    ['passed on, where the next tier has not begun', false],
    ['passed on and answered', true],
  ])('is done once more at most, and answered once: a step that is not completed though its request is %s', async (_name, isAnswered) => {
    const gateway = await test.gateway();
    const asked = await request(gateway, 'hello');
    expect(await gateway.mesh.store.accept(asked.acceptance)).toEqual({ kind: 'queued' });
    await takeAndDie('dispatch');
    await step(operations.beginStep(asked.requestId, 'demo', asked.conversationId, { hop: 0, attempt: 1 }));
    const next = nextOf(gateway, asked, 'hello, by the first run');
    await step(operations.addJob(next, false));
    if (isAnswered) {
      const completion = await takeAndDie('worker');
      const reply = buildReply({ ...asked.envelope, siteVersion: '1' }, { outcome: 'answered', tier: 'worker', text: 'answered before' }, gateway.mesh.clock.now());
      await finishRequest(gateway.mesh.store, gateway.mesh.sealer, { ...asked, tenant: 'demo', replyTo: gateway.mesh.replies.stream, epoch: 1_001, seq: 1, reply, completion });
    }
    const { heard, stop } = await recover(gateway);
    expect(await endOf(gateway, asked.requestId)).toBe(isAnswered ? 'answered before' : 'answered: hello, by the first run');
    await isIdle(gateway);
    await stop();
    expect(heard).toEqual(isAnswered ? [] : ['dispatch hello', 'worker hello, by the first run']);
  });

  it('is neither answered twice nor lost: a request that has ended, with its job in hand and another behind it', async () => {
    const gateway = await test.gateway();
    const [asked, behind] = [await request(gateway, 'first', 'c1'), await request(gateway, 'second', 'c1')];
    await gateway.mesh.store.accept(asked.acceptance);
    expect(await gateway.mesh.store.accept(behind.acceptance)).toMatchObject({ kind: 'held', ahead: asked.requestId });
    await takeAndDie('dispatch');
    const reply = buildReply({ ...asked.envelope, siteVersion: '1' }, { outcome: 'answered', tier: 'worker', text: 'answered before' }, gateway.mesh.clock.now());
    const sealed = JSON.stringify(gateway.mesh.sealer.seal(reply, asked.requestId));
    const end = { ...asked, tenant: 'demo', epoch: 1, writer: 'dead', outcome: 'answered', reply: sealed, replyTo: gateway.mesh.replies.stream, frameHead: '{', isSilent: false } as const;
    expect(await step(operations.finish(end, 0, { isSplit: true, withFrame: false }))).toEqual({ verdict: 'ended', next: behind.requestId, endedAt: expect.any(Number) });
    const { heard, stop } = await recover(gateway);
    expect(await endOf(gateway, behind.requestId)).toBe('answered: second');
    await isIdle(gateway);
    await stop();
    expect(await endOf(gateway, asked.requestId)).toBe('answered before');
    expect(heard).toEqual(['dispatch second', 'worker second']);
  });

  it.each([
    ['beside its request', false],
    ['in its queue, and still beside its request', true],
  ])('is delivered once: what people are told of an end, where it was left %s', async (_name, isQueued) => {
    const gateway = await test.gateway();
    const asked = await request(gateway, 'help', 'chatwoot.3.17');
    const { mesh } = gateway;
    await mesh.store.accept(asked.acceptance);
    await takeAndDie('dispatch');
    const reply = JSON.stringify(mesh.sealer.seal(buildReply({ ...asked.envelope, siteVersion: '1' }, answer('done'), mesh.clock.now()), asked.requestId));
    const deliveries = new Deliveries(peopleSite, mesh.sealer).of({ ...asked.envelope, outcome: 'handed_over', text: 'done', language: 'en', at: mesh.clock.now(), turns: [] });
    expect(deliveries).toHaveLength(4);
    const end = { ...asked, tenant: 'demo', epoch: 1, writer: 'dead', outcome: 'answered', reply, replyTo: mesh.replies.stream, frameHead: '{', isSilent: false, deliveries } as const;
    expect(await step(operations.finish(end, 0, { isSplit: true, withFrame: false }))).toMatchObject({ verdict: 'ended' });
    expect(await step(operations.finish({ ...end, writer: 'late' }, 0, { isSplit: true, withFrame: false }))).toMatchObject({ verdict: 'late' });
    if (isQueued) for (const job of deliveries) await step(operations.addJob(job, false));
    const sweeper = new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings);
    await Promise.all([sweeper.sweep(), sweeper.sweep()]);
    const { jobs } = await step(operations.takeJobs('delivery', { worker: 'one', lockMs: 5_000 }, 50));
    expect(jobs.map(({ id }) => id).toSorted()).toEqual(deliveries.map(({ id }) => id).toSorted());
    expect(await mesh.store.sweepDeliveries()).toBe(0);
  });

  it('is told as done: a job whose completion is sent again by a client that has reconnected', async () => {
    const gateway = await test.gateway();
    const asked = await request(gateway, 'hello');
    await gateway.mesh.store.accept(asked.acceptance);
    const completion = await takeAndDie('dispatch');
    expect(await gateway.mesh.store.complete(completion)).toBe(true);
    expect(await gateway.mesh.store.complete(completion)).toBe(true);
    expect(await gateway.mesh.store.hop(completion, nextOf(gateway, asked, 'hello'), 1)).toBe('passed');
  });
});

it('on a cluster, all keys of each script, and of each command, lie in one slot', async () => {
  const slotOf = (key: string): number | null => new Command('get', [key]).getSlot();
  const monitors = await Promise.all(cluster.nodes.map(({ port }) => new Redis(port, { lazyConnect: true }).monitor()));
  /** Of each server: the slots that each script in turn has touched, by its commands. */
  const crossed: string[] = [];
  let scripts = 0;
  for (const monitor of monitors) {
    let script: { readonly slot: number | null; readonly name: string } | undefined;
    monitor.on('monitor', (_at: string, args: string[], source: string) => {
      const [name = '', ...rest] = args;
      if (source !== 'lua') {
        const isScript = /^eval/i.test(name);
        const keys = isScript ? rest.slice(2, 2 + Number(rest[1])) : new Command(name.toLowerCase(), rest).getKeys().map(String);
        if (new Set(keys.map(slotOf)).size > 1) crossed.push(`${name} ${keys.join(' ')}`);
        if (isScript) scripts += 1;
        if (isScript) script = { slot: slotOf(keys[0] ?? ''), name: rest.slice(2).join(' ').slice(0, 100) };
        return;
      }
      for (const key of new Command(name.toLowerCase(), rest).getKeys()) if (script && slotOf(String(key)) !== script.slot) crossed.push(`${name} ${String(key)} in ${script.name}`);
    });
  }
  const gateway = await test.gateway(spendingSite);
  const { mesh } = gateway;
  const budget = new Budget(mesh.redis);
  let isFixed = false;
  let calls = 0;
  await test.tier({
    dispatch: async (job, context) => {
      context.delta('…');
      await context.beforeModelCall();
      if (job.private.text === 'fail') throw new MeshError('MODEL_OVERLOADED', 'busy');
      if (job.private.text === 'consult') await consult(job, context, 0.1);
      else await passOn(job, context);
    },
    consult: async ({ envelope: { requestId, tenant, conversationId, deadlineAt } }, context) => {
      const reservation = await budget.reserve({ requestId, tenant, conversationId, amountUsd: 0.05, caps: spendingSite.settings.tenants[0].budget, nowMs: context.now(), heldUntilMs: deadlineAt });
      await reservation.settle(0.01);
      calls += 1;
      if (!isFixed) throw new MeshError('INTERNAL', 'broken');
      await context.reply(answer('done'));
    },
    answer: async (_job, context) => void (await context.reply(answer('done'))),
    explain: async () => ({}),
  }, { queues: ['dispatch', 'worker', 'expert', 'audit'] }, spendingSite);
  const asked = await Promise.all(Array.from({ length: 30 }, (_, number) => gateway.ask(number === 0 ? 'fail' : 'hello', { conversationId: `c${number % 10}` })));
  await Promise.all(asked.map(({ reply }) => reply));
  await gateway.submitOnce('hello', { key: 'k', content: 'hello' });
  await mesh.client.call(ExplainJob, { tenant: 'demo', body: { subject: 'r1' }, private: {}, timeoutMs: 5_000 });
  await mesh.human.takeOver('demo', 'c1');
  await (await gateway.ask('hello', { conversationId: 'c1' })).reply;
  const cancelled = await gateway.submit('hello');
  await mesh.requests.cancel('demo', cancelled.requestId);
  const [letter] = await waitFor(async () => mesh.deadLetters.list('demo', 1).then((letters) => (letters.length > 0 ? letters : undefined)));
  await mesh.deadLetters.redrive('demo', letter?.id ?? '');
  await (await gateway.ask('consult')).reply;
  const paid = await waitFor(async () => mesh.deadLetters.list('demo', 1, { queue: 'expert' }).then(([one]) => one));
  isFixed = true;
  const again = await mesh.deadLetters.redrive('demo', paid.id);
  await endOf(gateway, again ?? '');
  await budget.release('demo', again ?? '', mesh.clock.now());
  await budget.adopt('demo', mesh.clock.now());
  expect(await budget.sweep('demo', mesh.clock.now())).toBeCloseTo(calls * 0.01, 9);
  await mesh.state.read('demo', 'c1');
  mesh.availability.announce('expert', true);
  await new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings).sweep();
  await mesh.store.usage();
  await isIdle(gateway);
  for (const monitor of monitors) monitor.disconnect();
  expect(scripts).toBeGreaterThan(300);
  expect(crossed).toEqual([]);
});
