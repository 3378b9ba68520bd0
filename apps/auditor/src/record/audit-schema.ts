import type { Migration } from '@switchyard/database';

/**
 * The record. `event` is the event as canonical JSON, byte for byte what the hash was made of: `jsonb` would rewrite
 * numbers, and cannot hold every string. The other columns repeat what is searched for.
 */
export const AUDIT_MIGRATIONS: readonly Migration[] = [
  {
    id: '001-audit-events',
    statements: [
      `CREATE TABLE audit_events (
        position bigint PRIMARY KEY,
        id text NOT NULL UNIQUE,
        tenant text NOT NULL,
        request_id text NOT NULL,
        at bigint NOT NULL,
        event text NOT NULL,
        hash text NOT NULL
      )`,
      'CREATE INDEX audit_events_by_request ON audit_events (request_id)',
      'CREATE INDEX audit_events_by_time ON audit_events (tenant, at)',
    ],
  },
  {
    id: '002-events-of-a-request',
    // Both columns in one index: without statistics, which the embedded database never gathers, PostgreSQL otherwise reads
    // all that is recorded of a tenant to find what belongs to one request.
    statements: ['CREATE INDEX audit_events_of_request ON audit_events (request_id, tenant, position)', 'DROP INDEX audit_events_by_request'],
  },
];
