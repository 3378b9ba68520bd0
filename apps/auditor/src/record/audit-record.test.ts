import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { verifyChain } from '@switchyard/audit-trail';
import { isRefusedValue } from '@switchyard/database';
import { auditEvent, openRecord } from '../__fixtures__/open-record.js';
import { AuditRecord } from './audit-record.js';

// A fresh database inside the process takes seconds to make when the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let opened: Awaited<ReturnType<typeof openRecord>>;
let record: AuditRecord;
beforeAll(async () => {
  opened = await openRecord();
  record = opened.record;
});
beforeEach(() => opened.clear());
afterAll(() => opened.close());

it('stores events as one chain over several batches, and gives back what it was given', async () => {
  const events = [auditEvent({ tookMs: 0.1 + 0.2, facts: { text: '\u0000\ud800 "退款"', big: 1e21, nested: { b: 1, a: [null] } } }), auditEvent(), auditEvent()];
  expect(await record.append(events.slice(0, 2))).toBe(2);
  expect(await record.append(events.slice(2))).toBe(1);
  const links = await record.linksAfter(0, 10);
  expect(links.map((link) => link.event)).toEqual(events);
  expect(verifyChain(links)).toEqual({ intact: true, head: await record.head() });
});

it('stores an event once that comes twice, in one batch or in two', async () => {
  const event = auditEvent();
  expect(await record.append([event, event])).toBe(1);
  expect(await record.append([event, auditEvent()])).toBe(1);
  expect(verifyChain(await record.linksAfter(0, 10))).toMatchObject({ intact: true, head: { position: 2 } });
});

it('keeps one chain when several write at once', async () => {
  const another = await AuditRecord.open(opened.database);
  await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? record : another).append([auditEvent(), auditEvent()])));
  expect(verifyChain(await record.linksAfter(0, 100))).toMatchObject({ intact: true, head: { position: 16 } });
});

it('stores nothing of a batch with a value that the database refuses', async () => {
  const refused: unknown = await record.append([auditEvent(), auditEvent({ tenant: 'a\u0000b' })]).then(() => undefined, (error: unknown) => error);
  expect(isRefusedValue(refused)).toBe(true);
  expect(await record.linksAfter(0, 10)).toEqual([]);
});

it.each([
  ['an event is changed', `UPDATE audit_events SET event = replace(event, '"tool_called"', '"refunded"') WHERE position = 2`, { position: 2, reason: 'changed' }],
  ['an event is removed', 'DELETE FROM audit_events WHERE position = 2', { position: 2, reason: 'missing' }],
  ['two events change places', 'UPDATE audit_events a SET event = b.event, id = a.id FROM audit_events b WHERE a.position IN (2, 3) AND b.position = 5 - a.position', { position: 2, reason: 'changed' }],
])('shows where %s behind its back', async (_title, sql, broken) => {
  await record.append([auditEvent(), auditEvent(), auditEvent(), auditEvent()]);
  await opened.database.query(sql);
  expect(verifyChain(await record.linksAfter(0, 10))).toEqual({ intact: false, ...broken });
});

it('gives the events of a request to its tenant only', async () => {
  await record.append([auditEvent({ requestId: 'r1' }), auditEvent({ requestId: 'r2' }), auditEvent({ requestId: 'r1', tenant: 'other' })]);
  expect(await record.eventsOf('demo', 'r1')).toHaveLength(1);
  expect(await record.eventsOf('other', 'r2')).toEqual([]);
});

it('lists the steps of some names of a tenant, the latest first, part by part', async () => {
  const routed = (n: number, changes = {}) => auditEvent({ step: 'routed', requestId: `r${n}`, at: n, facts: { rule: 'r' }, ...changes });
  await record.append([routed(1), auditEvent({ at: 2 }), routed(3), routed(4, { tenant: 'other' }), auditEvent({ step: 'searched', at: 5, facts: { said: '"step":"routed"', inner: { step: 'routed' } } }), routed(6), routed(7, { step: 'routedX' })]);
  const list = async (changes = {}) => {
    const { steps, next } = await record.stepsOf('demo', { steps: ['routed'], since: 0, limit: 10, ...changes });
    return { at: steps.map(({ at }) => at), next };
  };
  expect(await list()).toEqual({ at: [6, 3, 1], next: undefined });
  expect(await list({ since: 3 })).toEqual({ at: [6, 3], next: undefined });
  expect(await list({ steps: ['routed', 'tool_called'] })).toEqual({ at: [6, 3, 2, 1], next: undefined });
  expect(await list({ steps: ['route_', '%'] })).toEqual({ at: [], next: undefined });
  const first = await list({ limit: 3 });
  // A step among the facts counts as one that was read, not as one that is given.
  expect(first).toEqual({ at: [6, 3], next: 3 });
  expect(await list({ limit: 3, before: first.next })).toEqual({ at: [1], next: undefined });
});

it('finds the events of a request without reading all that is recorded of its tenant', async () => {
  await record.append(Array.from({ length: 5_000 }, (_, index) => auditEvent({ requestId: `r${index % 1_000}` })));
  const plan = await opened.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT event FROM audit_events WHERE request_id = 'r1' AND tenant = 'demo' ORDER BY position LIMIT 2000`);
  const indexes = plan.flatMap((line) => /Index (?:Only )?Scan (?:using|on) (\S+)/.exec(line['QUERY PLAN'])?.[1] ?? []);
  expect(indexes).toEqual(['audit_events_of_request']);
});
