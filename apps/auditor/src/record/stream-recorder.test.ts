import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyChain } from '@switchyard/audit-trail';
import type { AuditEvent } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { AUDIT_FIELD, AUDIT_STREAM, createRedis, type RedisConnection } from '@switchyard/queue';
import { registry } from '@switchyard/telemetry';
import { startRedis, waitFor, type TestRedis } from '@switchyard/testing';
import { auditEvent, openRecord, silent } from '../__fixtures__/open-record.js';
import { exportStreamLag } from './audit-metrics.js';
import { REJECTED_STREAM } from './store-entries.js';
import { AUDIT_GROUP, StreamRecorder } from './stream-recorder.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestRedis;
let redis: RedisConnection;
let opened: Awaited<ReturnType<typeof openRecord>>;
const started: StreamRecorder[] = [];
beforeAll(async () => {
  [server, opened] = await Promise.all([startRedis({ durable: true }), openRecord()]);
  redis = createRedis(server.url, 'patient', 'test');
  await redis.connect();
});
beforeEach(async () => {
  await redis.flushall();
  await opened.clear();
  opened.database.isAway = undefined;
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((recorder) => recorder.stop()));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await opened.close();
});

async function startRecorder(consumer = 'a1', how: { claimIdleMs?: number; claimEveryMs?: number; gatherMs?: number } = {}): Promise<StreamRecorder> {
  const recorder = new StreamRecorder({ reader: createRedis(server.url, 'blocking', consumer), writer: createRedis(server.url, 'patient', consumer), url: server.url, record: opened.record, consumer, logger: silent, ...how });
  started.push(recorder);
  await recorder.start();
  return recorder;
}

const send = (events: readonly unknown[]): Promise<string | null> => redis.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, JSON.stringify(events));
const stored = (): Promise<AuditEvent[]> => opened.record.linksAfter(0, 10_000).then((links) => links.map((link) => link.event));
const whenEmpty = (): Promise<unknown> => waitFor(async () => (await redis.xlen(AUDIT_STREAM)) === 0);
const rejectedReasons = async (): Promise<(string | undefined)[]> => (await redis.xrange(REJECTED_STREAM, '-', '+')).map(([, fields]) => fields[fields.indexOf('reason') + 1]);

describe('the recorder', () => {
  it('lets events gather before it stores them, and stores them at once where somebody asks', async () => {
    const recorder = await startRecorder('a1', { gatherMs: 60_000 });
    await send([auditEvent()]);
    await waitFor(async () => ((await redis.xpending(AUDIT_STREAM, AUDIT_GROUP)) as [number])[0] === 1);
    for (let entry = 0; entry < 5; entry++) await send([auditEvent()]);
    expect(await redis.xlen(AUDIT_STREAM)).toBe(6);
    expect(await stored()).toEqual([]);
    recorder.hurry();
    await whenEmpty();
    expect(await stored()).toHaveLength(6);
  });

  it('stores what has gathered when it is stopped', async () => {
    const recorder = await startRecorder('a1', { gatherMs: 60_000 });
    await send([auditEvent()]);
    await waitFor(async () => ((await redis.xpending(AUDIT_STREAM, AUDIT_GROUP)) as [number])[0] === 1);
    await recorder.stop();
    expect(await stored()).toHaveLength(1);
    expect(await redis.xlen(AUDIT_STREAM)).toBe(0);
  });

  it('stores what was on the stream before it came and what comes then, and takes it off', async () => {
    const before = [auditEvent(), auditEvent()];
    await send(before);
    await startRecorder();
    await whenEmpty();
    const after = auditEvent();
    await send([after]);
    await waitFor(async () => (await stored()).length === 3);
    await whenEmpty();
    expect(await stored()).toEqual([...before, after]);
    expect(await redis.xpending(AUDIT_STREAM, AUDIT_GROUP)).toEqual([0, null, null, null]);
  });

  it('stores more than one batch, in order', async () => {
    const pipeline = redis.pipeline();
    const events = Array.from({ length: 900 }, () => auditEvent());
    for (let at = 0; at < events.length; at += 2) pipeline.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, JSON.stringify(events.slice(at, at + 2)));
    await pipeline.exec();
    await startRecorder();
    await whenEmpty();
    expect((await stored()).map((event) => event.id)).toEqual(events.map((event) => event.id));
  });

  it('stores an event once that was sent twice', async () => {
    const event = auditEvent();
    await send([event]);
    await send([event]);
    await startRecorder();
    await whenEmpty();
    expect(await stored()).toEqual([event]);
  });

  it.each([
    ['is no event', [{ step: 'nonsense' }], 'not_an_event'],
    ['names a tenant that the database cannot hold', [auditEvent({ tenant: 'a\u0000b' })], 'not_an_event'],
    ['is half a character', [auditEvent({ requestId: '\ud800' })], 'not_an_event'],
    ['has a time that the database cannot hold', [auditEvent({ at: 1e300 })], 'not_an_event'],
  ])('parks what %s and stores the rest of the entry', async (_title, bad, reason) => {
    const good = [auditEvent(), auditEvent()];
    await send([good[0], ...bad, good[1]]);
    await startRecorder();
    await whenEmpty();
    expect(await stored()).toEqual(good);
    expect(await rejectedReasons()).toEqual([reason]);
  });

  it('parks entries that hold no events at all, and goes on', async () => {
    await redis.xadd(AUDIT_STREAM, '*', 'something', 'else');
    await redis.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, '{"half":');
    await redis.xadd(AUDIT_STREAM, '*', AUDIT_FIELD, '{}');
    const event = auditEvent();
    await send([event]);
    await startRecorder();
    await whenEmpty();
    expect(await stored()).toEqual([event]);
    expect(await rejectedReasons()).toEqual(['no_events', 'not_json', 'not_json']);
  });

  it('finds the one event of a batch that the database refuses, parks it and stores the others', async () => {
    const append = opened.record.append.bind(opened.record);
    const poison = auditEvent();
    const refusal = new MeshError('INTERNAL', 'SQLSTATE 22P05', { cause: Object.assign(new Error('refused'), { code: '22P05', severity: 'ERROR' }) });
    const spy = vi.spyOn(opened.record, 'append').mockImplementation((events) => (events.some((event) => event.id === poison.id) ? Promise.reject(refusal) : append(events)));
    const good = [auditEvent(), auditEvent(), auditEvent()];
    await send([good[0], good[1], poison, good[2]]);
    await startRecorder();
    await whenEmpty();
    spy.mockRestore();
    expect(await stored()).toEqual(good);
    expect(await rejectedReasons()).toEqual(['refused']);
  });

  it('loses nothing while the database is away', async () => {
    opened.database.isAway = new MeshError('DATABASE_UNAVAILABLE', 'away');
    const failed = vi.spyOn(opened.record, 'append');
    const events = [auditEvent(), auditEvent()];
    await send([events[0]]);
    await startRecorder();
    await waitFor(() => failed.mock.calls.length >= 2);
    await send([events[1]]);
    expect(await redis.xlen(AUDIT_STREAM)).toBe(2);
    opened.database.isAway = undefined;
    await whenEmpty();
    failed.mockRestore();
    expect(await stored()).toEqual(events);
  });

  it('loses nothing when Redis dies and comes back', async () => {
    await startRecorder();
    const first = auditEvent();
    await send([first]);
    await whenEmpty();
    await server.crash();
    await server.restart();
    const second = auditEvent();
    await send([second]);
    await waitFor(async () => (await stored()).length === 2);
    expect(await stored()).toEqual([first, second]);
  });

  it('makes its group anew where Redis has lost it', async () => {
    await startRecorder();
    await redis.flushall();
    const event = auditEvent();
    await send([event]);
    await waitFor(async () => (await stored()).length === 1);
    expect(await stored()).toEqual([event]);
  });

  it('takes over what a consumer left that died between reading and storing', async () => {
    await redis.xgroup('CREATE', AUDIT_STREAM, AUDIT_GROUP, '0', 'MKSTREAM');
    const events = [auditEvent(), auditEvent()];
    await send([events[0]]);
    await redis.xreadgroup('GROUP', AUDIT_GROUP, 'dead', 'COUNT', 10, 'STREAMS', AUDIT_STREAM, '>');
    await send([events[1]]);
    await startRecorder('alive', { claimIdleMs: 20, claimEveryMs: 20 });
    await whenEmpty();
    expect((await stored()).map((event) => event.id).toSorted()).toEqual(events.map((event) => event.id).toSorted());
  });

  it('goes on with its own entries after a restart under the same name', async () => {
    await redis.xgroup('CREATE', AUDIT_STREAM, AUDIT_GROUP, '0', 'MKSTREAM');
    const event = auditEvent();
    await send([event]);
    await redis.xreadgroup('GROUP', AUDIT_GROUP, 'a1', 'COUNT', 10, 'STREAMS', AUDIT_STREAM, '>');
    await startRecorder('a1', { claimIdleMs: 3_600_000 });
    await whenEmpty();
    expect(await stored()).toEqual([event]);
  });

  it('shares the stream with others, each event once', async () => {
    await Promise.all([startRecorder('a1'), startRecorder('a2'), startRecorder('a3')]);
    const events = Array.from({ length: 60 }, () => auditEvent());
    for (const event of events) await send([event]);
    await whenEmpty();
    expect((await stored()).map((event) => event.id).toSorted()).toEqual(events.map((event) => event.id).toSorted());
    expect(verifyChain(await opened.record.linksAfter(0, 100))).toMatchObject({ intact: true });
  });

  it('leaves the group when it stops, unless entries are still in its name', async () => {
    const consumers = async (): Promise<number> => ((await redis.xinfo('CONSUMERS', AUDIT_STREAM, AUDIT_GROUP)) as unknown[]).length;
    await send([auditEvent()]);
    const recorder = await startRecorder('a1');
    await whenEmpty();
    await recorder.stop();
    expect(await consumers()).toBe(0);

    opened.database.isAway = new MeshError('DATABASE_UNAVAILABLE', 'away');
    await send([auditEvent()]);
    const failing = await startRecorder('a2');
    await waitFor(async () => (await redis.xpending(AUDIT_STREAM, AUDIT_GROUP))[0] === 1);
    await failing.stop();
    expect(await consumers()).toBe(1);
    expect(await redis.xlen(AUDIT_STREAM)).toBe(1);
  });

  it('tells how far behind it is', async () => {
    exportStreamLag(redis);
    const [seconds = 0] = await redis.time();
    await redis.xadd(AUDIT_STREAM, `${(seconds - 30) * 1_000}-0`, AUDIT_FIELD, JSON.stringify([auditEvent()]));
    const read = async (name: string): Promise<number> => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);
    expect(await read('switchyard_audit_lag_entries')).toBe(1);
    expect(await read('switchyard_audit_lag_seconds')).toBeGreaterThanOrEqual(30);
    const before = await read('switchyard_audit_events_stored_total');
    await startRecorder();
    await whenEmpty();
    expect(await read('switchyard_audit_lag_seconds')).toBe(0);
    expect(await read('switchyard_audit_events_stored_total')).toBe(before + 1);
  });
});
