import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent, Database } from '@switchyard/contracts';
import { openDatabase } from '@switchyard/database';
import { createLogger } from '@switchyard/telemetry';
import { AuditRecord } from '../record/audit-record.js';

export const silent = createLogger('auditor-test', 'silent');

/** A record in a database of its own; `database` fails every statement while `isAway` is set. */
export async function openRecord(): Promise<{ record: AuditRecord; database: Database & { isAway: Error | undefined }; clear(): Promise<void>; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-audit-'));
  const inner = await openDatabase({ directory, logger: silent });
  const database: Database & { isAway: Error | undefined } = {
    isAway: undefined,
    query: (sql, parameters) => (database.isAway ? Promise.reject(database.isAway) : inner.query(sql, parameters)),
    transaction: (work) => (database.isAway ? Promise.reject(database.isAway) : inner.transaction(work)),
    close: () => inner.close(),
  };
  const record = await AuditRecord.open(database);
  return {
    record,
    database,
    clear: async () => void (await inner.query('TRUNCATE audit_events')),
    close: async () => {
      await inner.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

let count = 0;
export function auditEvent(changes: Partial<AuditEvent> = {}): AuditEvent {
  count += 1;
  return { id: `r1.worker.1.1.${count}`, requestId: 'r1', tenant: 'demo', conversationId: 'c1', tier: 'worker', instance: 'w1', step: 'tool_called', at: 1_000 + count, attempt: 1, siteVersion: 'v1', facts: { n: count }, ...changes };
}
