import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConsultJob, type FreeJob, type JobContext } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { deferred, waitFor } from '@switchyard/testing';
import type { Script } from '../__fixtures__/scripted-tiers.js';
import { testSite } from '../__fixtures__/site.js';
import { answer, consult, TestMesh, topologies, type Gateway } from '../__fixtures__/test-mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { AUDIT_STREAM, queueBase } from '../redis-keys.js';
import { auditEventsOf } from '../reply/audit-stream.js';
import { DeadlineSweeper } from '../request/deadline-sweeper.js';
import { Budget } from './budget.js';
import { conversationSpendKey, dayOf, holdEndsKey, holdsKey, spendKey, type SpendingCaps } from './spending.js';

const CAPS: SpendingCaps = { perDayUsd: 1 };
const siteWith = (budget: SpendingCaps | undefined): MeshSite => ({ ...testSite, settings: { ...testSite.settings, tenants: [{ id: 'demo', ...(budget ? { budget } : {}) }], conversations: { merge: { windowMs: 0, waitMs: 0 }, supersede: 'generation' } } });
const site = siteWith(CAPS);

describe.each(['one Redis', 'a cluster of three masters'])('money for the expert, on %s,', (topology) => {
  let test: TestMesh;
  beforeAll(async () => {
    test = await TestMesh.start(await topologies[topology]?.());
  }, 60_000);
  afterEach(() => test.clear());
  afterAll(() => test.stop());

  const today = (): string => dayOf(Date.now());
  const holds = (): Promise<number> => test.redis.hlen(holdsKey('demo', today()));
  const spent = async (): Promise<number> => Number((await test.redis.get(spendKey('demo', today()))) ?? 0);
  const waiting = (): Promise<number> => test.redis.zcard(`${queueBase('expert')}prioritized`);
  const eventsOf = async (step: string): Promise<{ readonly tier: string; readonly facts: Record<string, unknown> }[]> => {
    const entries = (await test.redis.xrange(AUDIT_STREAM, '-', '+')) as [string, string[]][];
    return entries.flatMap(([, fields]) => auditEventsOf(fields)).filter((event) => event.step === step);
  };
  /** Asks for the expert where the money can be held; else says so. */
  const dispatch = (amountUsd = 0.1): NonNullable<Script['dispatch']> => async (job, context) => {
    if (!(await consult(job, context, amountUsd)).granted) await context.reply(answer('no money'));
  };
  const dispatcher = (script: Script = { dispatch: dispatch() }, of: MeshSite = site): Promise<unknown> => test.tier(script, { tier: 'dispatcher', queues: ['dispatch'] }, of);
  const expert = (script: NonNullable<Script['consult']>): Promise<unknown> => test.tier({ consult: script }, { tier: 'expert', queues: ['expert'] }, site);
  /** An expert whose calls cost this much each. */
  const paidExpert = (costUsd: number, caps = CAPS): Promise<unknown> =>
    expert(async ({ envelope: { requestId, tenant, conversationId, deadlineAt } }, context) => {
      const reservation = await new Budget(test.redis).reserve({ requestId, tenant, conversationId, amountUsd: 0.08, caps, nowMs: context.now(), heldUntilMs: deadlineAt });
      await reservation.settle(costUsd);
      await context.reply(answer('by the expert', { tier: 'expert' }));
    });
  const sweepOf = ({ mesh }: Gateway): DeadlineSweeper => new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings);

  it('is held for no more jobs than there is money for, whoever passes them on and however many at once', async () => {
    const gateway = await test.gateway(site);
    await Promise.all([dispatcher(), dispatcher()]);
    const count = topology === 'one Redis' ? 500 : 150;
    const asked = await Promise.all(Array.from({ length: count }, () => gateway.ask('hello', { deadlineMs: 60_000 })));
    const first = Promise.all(asked.map(async ({ reply }) => (await reply).text));
    // Nobody takes a job from the expert's queue, so that what lies there is all that ever did.
    await waitFor(async () => (await eventsOf('budget_reserved')).length === count, 30_000);
    expect(await waiting()).toBe(10);
    expect([await holds(), await test.redis.zcard(holdEndsKey('demo', today()))]).toEqual([10, 10]);
    expect(await spent()).toBeCloseTo(1, 9);
    const reserved = await eventsOf('budget_reserved');
    expect(reserved.filter(({ facts }) => facts['granted'] === true)).toHaveLength(10);
    expect(reserved.filter(({ facts }) => facts['exceeded'] === 'day')).toHaveLength(count - 10);
    expect(new Set(reserved.map(({ tier }) => tier))).toEqual(new Set(['dispatcher']));
    expect(Math.max(...reserved.map(({ facts }) => Number(facts['spentUsd'])))).toBeLessThanOrEqual(1 + 1e-9);

    await paidExpert(0.03);
    const texts = await first;
    expect(texts.filter((text) => text === 'by the expert')).toHaveLength(10);
    expect(texts.filter((text) => text === 'no money')).toHaveLength(count - 10);
    expect(await holds()).toBe(0);
    expect(await spent()).toBeCloseTo(0.3, 9);
  });

  it('of one conversation is held up to its own cap', async () => {
    const caps = { perDayUsd: 1, perConversationUsd: 0.25 };
    const gateway = await test.gateway(siteWith(caps));
    await dispatcher({ dispatch: dispatch() }, siteWith(caps));
    await paidExpert(0.1, caps);
    for (const [conversationId, text] of [['c1', 'by the expert'], ['c1', 'by the expert'], ['c1', 'no money'], ['c2', 'by the expert']] as const) expect((await (await gateway.ask('hello', { conversationId })).reply).text).toBe(text);
    await waitFor(async () => (await eventsOf('budget_reserved')).length === 4);
    expect((await eventsOf('budget_reserved')).filter(({ facts }) => facts['exceeded'] === 'conversation')).toHaveLength(1);
    expect(Number(await test.redis.hget(conversationSpendKey('demo', today()), 'c2'))).toBeGreaterThan(0);
  });

  it('is not there for a tenant without a budget: its job is never in the queue', async () => {
    const gateway = await test.gateway(siteWith(undefined));
    await dispatcher({ dispatch: dispatch() }, siteWith(undefined));
    expect((await (await gateway.ask('hello')).reply).text).toBe('no money');
    expect([await waiting(), await holds()]).toEqual([0, 0]);
  });

  it('is held as the least that may be asked for where the most is too much', async () => {
    const gateway = await test.gateway(site);
    await dispatcher({
      dispatch: async (job, context) => {
        const { leftUsd } = await context.forwardHeld(ConsultJob, { body: { replyLanguage: 'en' }, private: { text: job.private.text, turns: [] }, hold: { mostUsd: 1.5, leastUsd: 0.4 } });
        context.record('left', { leftUsd });
      },
    });
    await gateway.ask('hello');
    await waitFor(async () => (await eventsOf('left')).length === 1);
    expect(await spent()).toBeCloseTo(0.4, 9);
    expect((await eventsOf('left'))[0]?.facts['leftUsd']).toBeCloseTo(0.6, 9);
  });

  it('cannot be gone around: what spends is not passed on without a hold', async () => {
    const gateway = await test.gateway(site);
    await dispatcher({ dispatch: async (job, context) => context.forward(ConsultJob as unknown as FreeJob, { body: { replyLanguage: 'en' }, private: { text: job.private.text, turns: [] } }) });
    expect((await (await gateway.ask('hello')).reply).error?.code).toBe('INTERNAL');
    expect(await waiting()).toBe(0);
  });

  const ends: readonly [string, (gateway: Gateway, requestId: string) => Promise<unknown>][] = [
    ['is cancelled', ({ mesh }, requestId) => mesh.requests.cancel('demo', requestId)],
    ['gives its place to a newer message', ({ mesh }, requestId) => mesh.endings.supersede(requestId, 'newer')],
    ['expires', async (gateway) => waitFor(async () => (await sweepOf(gateway).sweep()) === 1)],
  ];
  it.each(ends)('is given back when a request that waits for it %s', async (how, end) => {
    const gateway = await test.gateway(site);
    await dispatcher();
    const { submitted, reply } = await gateway.ask('hello', { conversationId: 'c1', deadlineMs: how === 'expires' ? 700 : 20_000 });
    await waitFor(async () => (await waiting()) === 1);
    expect(await holds()).toBe(1);
    await end(gateway, submitted.requestId);
    // In the same step on one Redis; on a cluster in the one behind.
    await waitFor(async () => (await holds()) === 0, topology === 'one Redis' ? 0 : 10_000);
    expect(await spent()).toBe(0);
    await reply;
  });

  it('is given back when the expert comes to a request that a person has taken over meanwhile', async () => {
    const gateway = await test.gateway(site);
    await dispatcher();
    await gateway.ask('hello', { conversationId: 'c1' });
    await waitFor(async () => (await waiting()) === 1);
    await gateway.mesh.human.takeOver('demo', 'c1');
    expect(await holds()).toBe(1);
    let asked = 0;
    await expert(() => Promise.reject(new Error(`asked ${(asked += 1)} times`)));
    await waitFor(async () => (await holds()) === 0);
    expect([await spent(), asked]).toEqual([0, 0]);
  });

  it('is held once where the step is sent twice, and where the run before has passed the request on', async () => {
    const gateway = await test.gateway(site);
    const [asked, go] = [deferred(), deferred()];
    let runs = 0;
    await dispatcher({
      dispatch: async (job, context) => {
        runs += 1;
        await consult(job, context, 0.1);
        // The step is done; the run says it again, as a client that has reconnected does.
        asked.resolve();
        await go.promise;
        context.record('again', { granted: (await consult(job, context, 0.1)).granted });
      },
    });
    await gateway.ask('hello');
    await asked.promise;
    expect([await holds(), await waiting()]).toEqual([1, 1]);
    go.resolve();
    await waitFor(async () => (await eventsOf('again')).length === 1);
    expect((await eventsOf('again'))[0]?.facts).toEqual({ granted: true });
    expect([await holds(), await waiting(), runs]).toEqual([1, 1, 1]);
    expect(await spent()).toBeCloseTo(0.1, 9);
  });

  it('is not given back while a call is under way, though nobody waits for its answer any more', async () => {
    const gateway = await test.gateway(site);
    const [asked, answered] = [deferred(), deferred()];
    await dispatcher();
    await expert(async ({ envelope: { requestId, tenant, conversationId, deadlineAt } }, context) => {
      const reservation = await new Budget(test.redis).reserve({ requestId, tenant, conversationId, amountUsd: 0.08, caps: CAPS, nowMs: context.now(), heldUntilMs: deadlineAt });
      asked.resolve();
      await answered.promise;
      await reservation.settle(0.05);
      await context.reply(answer('late'));
    });
    const { submitted } = await gateway.ask('hello');
    await asked.promise;
    await gateway.mesh.requests.cancel('demo', submitted.requestId);
    await gateway.ask('the next one goes by the same step').then(({ reply }) => Promise.race([reply, waitFor(async () => (await eventsOf('budget_reserved')).length >= 2)]));
    expect(await test.redis.hget(holdsKey('demo', today()), submitted.requestId)).toMatch(/^0\.08\d* c $/);
    answered.resolve();
    await waitFor(async () => (await test.redis.hget(holdsKey('demo', today()), submitted.requestId)) === null);
  });

  it('is held anew for a dead letter that is tried again, and the letter stays where there is none', async () => {
    const gateway = await test.gateway(site);
    await dispatcher();
    let isBroken = true;
    await expert(async (_job, context: JobContext) => {
      if (isBroken) throw new MeshError('INTERNAL', 'broken');
      await context.reply(answer('at last'));
    });
    expect((await (await gateway.ask('hello')).reply).error?.code).toBe('INTERNAL');
    const letter = await waitFor(async () => (await gateway.mesh.deadLetters.list('demo', 1))[0]);
    await waitFor(async () => (await holds()) === 0);

    const other = await new Budget(test.redis).reserve({ tenant: 'demo', requestId: 'other', conversationId: 'c', amountUsd: 0.95, caps: CAPS, nowMs: Date.now(), heldUntilMs: Date.now() + 60_000 });
    await expect(gateway.mesh.deadLetters.redrive('demo', letter.id)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
    expect(await gateway.mesh.deadLetters.list('demo', 1)).toHaveLength(1);
    await other.settle(0);

    isBroken = false;
    const again = await gateway.mesh.deadLetters.redrive('demo', letter.id);
    await waitFor(async () => (await gateway.mesh.requests.get('demo', again ?? ''))?.reply?.text === 'at last');
    // It was held: the hold was there to be given back by the end.
    await waitFor(async () => (await holds()) === 0);
    expect(await spent()).toBeCloseTo(0, 9);
  });
});
