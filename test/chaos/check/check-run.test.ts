import { describe, expect, it } from 'vitest';
import { effectOf, messageOf, runOf, stepOf } from './__fixtures__/build-run.ts';
import { checkRun } from './check-run.ts';

const whys = (findings: readonly { readonly key: string; readonly why: string }[]): string[] => findings.map(({ key, why }) => `${key}: ${why}`);

it('finds nothing where every message has one answer, in the ledger, in the mesh and in the record', () => {
  const judgement = checkRun(runOf([messageOf('a'), messageOf('b')]));
  expect(judgement).toMatchObject({ lost: [], doubled: [], disordered: [], undone: [], unrecorded: [], turnedAway: [], sent: 2, accepted: 2, repeated: 0, outcomes: { answered: 2 }, latency: { maxMs: 100 } });
});

describe('lost', () => {
  it.each([
    ['the mesh does not know', 'unknown' as const, 'accepted, and unknown to the mesh'],
    ['is still in work', { state: 'working' }, 'accepted, and still "working"'],
    ['expired', { state: 'done', outcome: 'expired', error: { code: 'DEADLINE_PASSED' } }, 'expired (DEADLINE_PASSED)'],
    ['failed', { state: 'done', outcome: 'failed', error: { code: 'INTERNAL' } }, 'failed (INTERNAL)'],
    ['was cancelled by nobody', { state: 'done', outcome: 'cancelled', error: { code: 'REQUEST_CANCELLED' } }, 'cancelled (REQUEST_CANCELLED)'],
  ])('is an accepted message that %s', (_title, stored, why) => {
    expect(whys(checkRun(runOf([messageOf('a', { sightings: [] })], { stored: new Map([['r-a', stored]]) })).lost)).toEqual([`a: ${why}`]);
  });

  it('is not one whose failure the test wants, and is if it has no end at all', () => {
    const run = (state: { readonly state: string; readonly outcome?: string }) => runOf([messageOf('a')], { stored: new Map([['r-a', state]]), isExcused: () => true });
    expect(checkRun(run({ state: 'done', outcome: 'failed' })).lost).toEqual([]);
    expect(checkRun(run({ state: 'working' })).lost).toHaveLength(1);
  });

  it('is not one that a later message of the conversation speaks for, and is where none was answered', () => {
    const merged = { state: 'done', outcome: 'cancelled', reply: '', error: { code: 'REQUEST_MERGED' } };
    const messages = [messageOf('a', { conversationId: 'c', sightings: [] }), messageOf('b', { conversationId: 'c', place: 1 })];
    const run = runOf(messages);
    expect(checkRun({ ...run, stored: new Map([...run.stored, ['r-a', merged]]) }).lost).toEqual([]);
    expect(whys(checkRun({ ...run, stored: new Map([['r-a', merged], ['r-b', merged]]) }).lost)).toEqual(['a: REQUEST_MERGED, and no later message of the conversation was answered', 'b: REQUEST_MERGED, and no later message of the conversation was answered']);
  });

  it('is not one that was never accepted: that is turned away', () => {
    const judgement = checkRun(runOf([messageOf('a', { attempts: [{ at: 1, until: 2 }, { at: 3, until: 4, status: 503, code: 'OVERLOADED' }], sightings: [] })], { stored: new Map() }));
    expect(judgement).toMatchObject({ lost: [], accepted: 0, triedAgain: 1 });
    expect(whys(judgement.turnedAway)).toEqual(['a: not accepted in 2 tries, the last: OVERLOADED']);
  });
});

describe('doubled', () => {
  it('is a key that gave two requests', () => {
    const attempts = [{ at: 1, until: 2, status: 202, requestId: 'r-a' }, { at: 3, until: 4, status: 202, requestId: 'r-x' }];
    expect(whys(checkRun(runOf([messageOf('a', { attempts })])).doubled)).toEqual(['a: one key, 2 requests: r-a, r-x']);
  });

  it('is a message whose client was told another end than the mesh has stored', () => {
    const sightings = [{ by: 'sse', at: 1_100, outcome: 'answered', text: 'no' }] as const;
    expect(whys(checkRun(runOf([messageOf('a', { sightings: [...sightings] })])).doubled)).toEqual(['a: 2 different ends: "answered: no", "answered: yes"']);
  });

  it('is a message with two recorded outcomes, though they say the same', () => {
    const recorded = new Map([['r-a', [stepOf('a', 'outcome'), stepOf('a', 'outcome', { id: 'x', instance: 'worker-2', attempt: 2 })]]]);
    expect(whys(checkRun(runOf([messageOf('a')], { recorded })).doubled)).toEqual(['a: 2 outcomes recorded, by worker-1 (run 1), worker-2 (run 2)']);
  });

  it('is a message that had the shop do two things, and not one that asked for the same thing twice', () => {
    const once = effectOf('a', 'HG1');
    expect(checkRun(runOf([messageOf('a')], { effects: [once, { ...once, isRepeat: true }] })).doubled).toEqual([]);
    expect(whys(checkRun(runOf([messageOf('a')], { effects: [once, effectOf('a', 'HG1', { key: 'r-a.flow.2', kind: 'address' })] })).doubled)).toEqual(['a: 2 effects: r-a.flow.1, r-a.flow.2']);
  });

  it('is an order that was changed twice, by whichever messages', () => {
    const messages = [messageOf('a', { order: 'HG1' })];
    expect(whys(checkRun(runOf(messages, { effects: [effectOf('a', 'HG1'), effectOf('b', 'HG1')] })).doubled)).toEqual(['a: 2 effects on order HG1 refunds']);
  });
});

describe('disordered', () => {
  const messages = [messageOf('a', { conversationId: 'c' }), messageOf('b', { conversationId: 'c', place: 1 })];
  const recorded = (beganMs: number) => new Map([
    ['r-a', [stepOf('a', 'outcome', { at: 5_000 })]],
    ['r-b', [stepOf('b', 'answered', { at: beganMs + 100, tookMs: 100 }), stepOf('b', 'outcome', { at: 6_000 })]],
  ]);

  it('is a message that was begun before the one before it was answered', () => {
    expect(whys(checkRun(runOf(messages, { recorded: recorded(4_000) })).disordered)).toEqual(['b: begun 1000 ms before a was answered']);
  });

  it('is none where the clocks of two processes may explain it', () => {
    expect(checkRun(runOf(messages, { recorded: recorded(4_900) })).disordered).toEqual([]);
  });

  it('is found by what scripted tiers told, whatever their clocks say', () => {
    const note = { conversationId: 'c', run: 1, instance: 'worker-1', at: 0 } as const;
    const [begunA, endedA, begunB] = [{ ...note, kind: 'begin', requestId: 'r-a' }, { ...note, kind: 'end', requestId: 'r-a' }, { ...note, kind: 'begin', requestId: 'r-b' }] as const;
    expect(checkRun(runOf(messages, { notes: [begunA, endedA, begunB] })).disordered).toEqual([]);
    expect(whys(checkRun(runOf(messages, { notes: [begunA, begunB, endedA] })).disordered)).toEqual(['b: begun before a was done']);
  });
});

it('tells of a deed that was promised and not done', () => {
  expect(whys(checkRun(runOf([messageOf('a', { order: 'HG1' })])).undone)).toEqual(['a: answered, and order HG1 is as it was; the conversation: yes']);
  expect(checkRun(runOf([messageOf('a', { order: 'HG1' })], { effects: [effectOf('a', 'HG1')] })).undone).toEqual([]);
});

it('tells of ends that the record does not have, and of steps that ran again', () => {
  const judgement = checkRun(runOf([messageOf('a')], { recorded: new Map([['r-a', [stepOf('a', 'answered', { attempt: 2 })]]]) }));
  expect(whys(judgement.unrecorded)).toEqual(['a: answered, and the record has 1 steps without an outcome']);
  expect(judgement.repeated).toBe(1);
});

it('measures how long the slowest message took that met a fault', () => {
  const at = (key: string, sent: number, ended: number) => messageOf(key, { attempts: [{ at: sent, until: sent, status: 202, requestId: `r-${key}` }], sightings: [{ by: 'get', at: ended, outcome: 'answered', text: 'yes' }] });
  const messages = [at('before', 0, 900), at('during', 500, 4_000), at('after', 2_500, 3_000), at('later', 6_000, 13_000)];
  const { recoveries, slowestRecoveryMs } = checkRun(runOf(messages, { faults: [{ name: 'second', at: 5_000, until: 5_000 }, { name: 'first', at: 1_000, until: 2_000 }] }));
  expect(recoveries).toMatchObject([{ fault: 'first', slowestMs: 2_000, slowest: 'r-during' }, { fault: 'second', slowestMs: 7_000, slowest: 'r-later' }]);
  expect(slowestRecoveryMs).toBe(7_000);
});
