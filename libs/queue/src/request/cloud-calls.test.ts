import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { emptyTrail, type ModelUse } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { deferred } from '@switchyard/testing';
import { TestMesh, type Gateway } from '../__fixtures__/test-mesh.js';
import { cloudCallsKey } from '../redis-keys.js';
import { withCloudCalls } from './cloud-calls.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const use = (model: string, more: Partial<ModelUse> = {}): ModelUse => ({ model, where: 'cloud', host: 'cloud.example', tokensIn: 5, tokensOut: 2, costUsd: 0.1, ...more });
const trail = { ...emptyTrail(), rules: ['to_expert'], redactions: { phone: 1 } };

describe('the cloud calls of a request', () => {
  it('are read in the order in which they were made, with what became of them', async () => {
    const { cloudCalls } = (await test.gateway()).mesh;
    for (const name of ['10.1', '2.2', '2.10', '1.1']) await cloudCalls.open('r', name, use(name, { estimated: true }), trail);
    await cloudCalls.settle('r', '2.2', use('2.2'));
    await cloudCalls.settle('r', '2.10', undefined);
    expect(await cloudCalls.read('r')).toEqual([use('1.1', { estimated: true }), use('2.2'), use('10.1', { estimated: true })]);
    expect(await test.redis.pttl(cloudCallsKey('r'))).toBeGreaterThan(0);
    await cloudCalls.settle('another', '1.1', use('late'));
    expect(await cloudCalls.read('another')).toEqual([]);
  });

  it('begin no more once somebody is about to end it', async () => {
    const { cloudCalls } = (await test.gateway()).mesh;
    await cloudCalls.open('r', '1.1', use('m'), trail);
    expect(await cloudCalls.close('r')).toEqual({ ...trail, leftSite: true, models: [use('m')] });
    expect(await cloudCalls.close('never asked')).toEqual(emptyTrail());
    for (const requestId of ['r', 'never asked']) {
      await expect(cloudCalls.open(requestId, '1.2', use('m'), trail)).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
      expect(await test.redis.pttl(cloudCallsKey(requestId))).toBeGreaterThan(0);
    }
  });

  it('take the place of those that a trail tells of, and leave the local ones', () => {
    const local = use('small', { where: 'local' });
    expect(withCloudCalls({ ...trail, models: [local, use('m')] }, [use('m'), use('n')])).toEqual({ ...trail, leftSite: true, models: [local, use('m'), use('n')] });
    expect(withCloudCalls(trail, [])).toBe(trail);
  });
});

describe('the receipt of a request whose call is under way', () => {
  /** A request in work, whose handler has noted a call and waits: for `until` where it is given, else until it is aborted. */
  async function inWork(gateway: Gateway, { fail, deadlineMs, until }: { fail?: MeshError; deadlineMs?: number; until?: Promise<void> } = {}): Promise<Awaited<ReturnType<Gateway['ask']>>> {
    const called = deferred();
    await test.tier({
      dispatch: async ({ envelope: { requestId } }, context) => {
        await gateway.mesh.cloudCalls.open(requestId, '1.1', use('m', { estimated: true }), trail);
        called.resolve();
        if (fail) throw fail;
        await (until ?? new Promise((_resolve, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason as Error))));
      },
    });
    const asked = await gateway.ask('hello', deadlineMs === undefined ? {} : { deadlineMs });
    await called.promise;
    return asked;
  }
  const told = { leftSite: true, models: [use('m', { estimated: true })] };

  it('tells of it where the client cancels, with what was known of the request', async () => {
    const gateway = await test.gateway();
    // The handler does not look up, so that the gateway's is the end.
    const until = deferred();
    const { submitted, reply } = await inWork(gateway, { until: until.promise });
    await gateway.mesh.requests.cancel('demo', submitted.requestId);
    expect((await reply).receipt).toMatchObject({ outcome: 'cancelled', rule: 'to_expert', redactions: { phone: 1 }, ...told });
    await expect(gateway.mesh.cloudCalls.open(submitted.requestId, '1.2', use('m'), trail)).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    until.resolve();
  });

  it('tells of it where the deadline passes', async () => {
    const { reply } = await inWork(await test.gateway(), { deadlineMs: 700 });
    expect((await reply).receipt).toMatchObject({ outcome: 'expired', ...told });
  });

  it('tells of it where the handler fails for good', async () => {
    const { reply } = await inWork(await test.gateway(), { fail: new MeshError('MODEL_MISSING', 'scripted') });
    expect((await reply).receipt).toMatchObject({ outcome: 'handed_over', ...told });
  });

  it('tells of it where a person takes over', async () => {
    const gateway = await test.gateway();
    const { submitted, reply } = await inWork(gateway);
    await gateway.mesh.human.takeOver('demo', (await gateway.mesh.requests.get('demo', submitted.requestId))?.conversationId ?? '');
    expect((await reply).receipt).toMatchObject({ outcome: 'handed_over', rule: 'builtin.human', ...told });
  });

  it('tells of it where a newer message takes its place', async () => {
    const gateway = await test.gateway();
    const superseded = await inWork(gateway);
    await gateway.mesh.requests.supersede(superseded.submitted.requestId, 'newer');
    expect((await superseded.reply).receipt).toMatchObject({ outcome: 'cancelled', ...told });
  });
});
