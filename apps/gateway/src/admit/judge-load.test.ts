import type { QueueName } from '@switchyard/contracts';
import type { MeshLoad, QueueLoad } from '@switchyard/queue';
import { describe, expect, it } from 'vitest';
import { judgeLoad, type Candidate } from './judge-load.js';

const JOB = 1_024;
const idle: QueueLoad = { waiting: 0, active: 0, oldestMs: 0, perSecond: 0, capacityPerSecond: undefined, share: undefined, virtual: 0, finishes: new Map() };
const load = (queues: Partial<Record<QueueName, Partial<QueueLoad>>>): MeshLoad =>
  Object.fromEntries((['dispatch', 'worker', 'retrieval', 'expert', 'ingest', 'audit'] as const).map((queue) => [queue, { ...idle, ...queues[queue] }])) as Record<QueueName, QueueLoad>;
const candidate = (changes: Partial<Candidate> = {}): Candidate => ({ tenant: 'small', lane: 'interactive', deadlineMs: 10_000, sinceMeasured: 0, chance: 0.5, ...changes });
const judge = (of: MeshLoad, changes: Partial<Candidate> = {}, weights: Record<string, number> = {}) => judgeLoad(of, candidate(changes), (tenant) => weights[tenant] ?? 1);

/** A tenant's backlog of interactive jobs. */
const backlog = (jobs: number, tenant: string): Partial<QueueLoad> => ({ waiting: jobs, capacityPerSecond: 100, finishes: new Map([[`0${tenant}`, jobs * JOB]]), share: 1 });

describe('judgeLoad', () => {
  it('lets everything into an idle mesh', () => {
    expect(judge(load({}))).toBeUndefined();
    expect(judge(load({}), { deadlineMs: 100, lane: 'bulk' })).toBeUndefined();
  });

  it('takes a long queue that moves, and refuses one in which the request would be late', () => {
    // 500 jobs at 100 a second are 5 s; 700 are 7 s, of a deadline of 10 s that leaves 6 s for waiting.
    expect(judge(load({ dispatch: backlog(500, 'small') }))).toBeUndefined();
    expect(judge(load({ dispatch: backlog(700, 'small') }))).toMatchObject({ queue: 'dispatch', waitMs: 7_000, retryAfterMs: 1_000 });
    expect(judge(load({ dispatch: backlog(700, 'small') }), { deadlineMs: 30_000 })).toBeUndefined();
  });

  it('says when to come again by how fast the queue is emptied, and no later than in a minute', () => {
    expect(judge(load({ dispatch: backlog(2_600, 'small') }))?.retryAfterMs).toBe(20_000);
    expect(judge(load({ dispatch: backlog(2_600, 'small') }), { chance: 0 })?.retryAfterMs).toBe(16_000);
    expect(judge(load({ dispatch: backlog(1e6, 'small') }))?.retryAfterMs).toBe(60_000);
  });

  it('does not hold another tenant’s backlog against a tenant', () => {
    const noisy = load({ dispatch: backlog(100_000, 'noisy') });
    expect(judge(noisy)).toBeUndefined();
    expect(judge(noisy, { tenant: 'noisy' })).toMatchObject({ queue: 'dispatch' });
  });

  it('gives a tenant its share by weight', () => {
    const finishes = new Map([['0small', 300 * JOB], ['0noisy', 3_000 * JOB]]);
    const shared = load({ dispatch: { waiting: 3_300, capacityPerSecond: 100, finishes } });
    // Half of the tier: 300 jobs at 50 a second.
    expect(judge(shared)?.waitMs ?? 6_000).toBe(6_000);
    expect(judge(shared, { deadlineMs: 9_000 })).toMatchObject({ waitMs: 6_000 });
    // At weight 3 its jobs lie a third as far apart, so the same virtual time is 900 jobs at 75 a second.
    expect(judge(shared, { deadlineMs: 9_000 }, { small: 3 })).toMatchObject({ waitMs: 12_000 });
  });

  it('counts what was let in since the load was measured', () => {
    expect(judge(load({ dispatch: backlog(500, 'small') }), { sinceMeasured: 200 })).toMatchObject({ waitMs: 7_000 });
  });

  it('lets an urgent request go past what the tenant has in a less urgent lane', () => {
    const bulk = load({ dispatch: { waiting: 5_000, capacityPerSecond: 100, finishes: new Map([['2small', 5_000 * 16 * JOB]]) } });
    expect(judge(bulk)).toBeUndefined();
    expect(judge(bulk, { lane: 'bulk' })).toMatchObject({ queue: 'dispatch' });
  });

  it('refuses, where a tier behind the dispatcher is full, as many as would have come to it', () => {
    const full = load({ worker: { ...backlog(5_000, 'small'), share: 0.3 } });
    expect(judge(full, { chance: 0.29 })).toMatchObject({ queue: 'worker' });
    expect(judge(full, { chance: 0.31 })).toBeUndefined();
    expect(judge(load({ worker: { ...backlog(5_000, 'small'), share: undefined } }), { chance: 0 })).toBeUndefined();
  });

  it('goes by the age of the oldest job while the tier was never seen busy', () => {
    const cold = (oldestMs: number): MeshLoad => load({ dispatch: { waiting: 50, oldestMs } });
    expect(judge(cold(5_000))).toBeUndefined();
    expect(judge(cold(7_000))).toMatchObject({ waitMs: 7_000 });
  });
});
