import type { AuditEvent } from '@switchyard/contracts';
import type { Message } from '../../client/ledger.ts';
import type { Effect } from '../../rigs/shop.ts';
import type { RunRecord } from '../run-record.ts';

/** A message that was sent at 1,000, accepted at 1,010 as `r-<key>`, and answered at 1,100. */
export function messageOf(key: string, changes: Partial<Message> = {}): Message {
  return {
    key, tenant: 'north', conversationId: `c-${key}`, place: 0, kind: 'single', deadlineMs: 60_000,
    attempts: [{ at: 1_000, until: 1_010, status: 202, requestId: `r-${key}` }],
    sightings: [{ by: 'get', at: 1_100, outcome: 'answered', text: 'yes' }],
    ...changes,
  };
}

export function stepOf(key: string, step: string, changes: Partial<AuditEvent> = {}): AuditEvent {
  return { id: `r-${key}.worker.1.1.${step}`, requestId: `r-${key}`, tenant: 'north', conversationId: `c-${key}`, tier: 'worker', instance: 'worker-1', step, at: 1_050, attempt: 1, siteVersion: 'v', facts: {}, ...changes };
}

export const effectOf = (key: string, order: string, changes: Partial<Effect> = {}): Effect => ({ at: 1_050, key: `r-${key}.flow.1`, order, kind: 'refunds', isRepeat: false, ...changes });

/** A run in which all went well, but for the given changes. */
export function runOf(messages: readonly Message[], changes: Partial<RunRecord> = {}): RunRecord {
  const keys = messages.map(({ key }) => key);
  return {
    messages,
    stored: new Map(keys.map((key) => [`r-${key}`, { state: 'done', outcome: 'answered', reply: 'yes' }])),
    recorded: new Map(keys.map((key) => [`r-${key}`, [stepOf(key, 'answered'), stepOf(key, 'outcome', { at: 1_060 })]])),
    effects: [],
    faults: [],
    ...changes,
  };
}
