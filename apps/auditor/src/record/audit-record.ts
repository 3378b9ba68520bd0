import { canonicalJson, CHAIN_START, chainHash, type ChainHead, type ChainRow } from '@switchyard/audit-trail';
import { AuditEvent, type Database, type StepList } from '@switchyard/contracts';
import { migrate } from '@switchyard/database';
import { AUDIT_MIGRATIONS } from './audit-schema.js';

/** Any number, the same in every auditor: the chain has one end, so one of them writes at a time. */
const APPEND_LOCK = 7_391_023;
/** A request has a few dozen events; one that was retried without end must not fill the memory. */
const MAX_EVENTS_OF_REQUEST = 2_000;

type Queryable = Pick<Database, 'query'>;

/** The chained record in the database. */
export class AuditRecord {
  private constructor(private readonly database: Database) {}

  /** @throws MeshError DATABASE_UNAVAILABLE */
  static async open(database: Database): Promise<AuditRecord> {
    await migrate(database, AUDIT_MIGRATIONS);
    return new AuditRecord(database);
  }

  /**
   * Appends events in their order; one that is there already, or twice in the list, is left out.
   * @returns how many were new
   * @throws MeshError DATABASE_UNAVAILABLE, or one that `isRefusedValue`; nothing is stored then
   */
  async append(events: readonly AuditEvent[]): Promise<number> {
    if (events.length === 0) return 0;
    return this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
      const known = await transaction.query<{ id: string }>('SELECT id FROM audit_events WHERE id = ANY($1)', [events.map((event) => event.id)]);
      const fresh = new Map(events.map((event) => [event.id, event]));
      for (const { id } of known) fresh.delete(id);
      let { position, hash } = await headOf(transaction);
      const rows = [...fresh.values()].map((event) => ({ position: (position += 1), event, hash: (hash = chainHash(hash, event)) }));
      // No ON CONFLICT: under the lock there is none, and one that was passed over would leave a gap in the chain.
      if (rows.length > 0) {
        await transaction.query(
          'INSERT INTO audit_events (position, id, tenant, request_id, at, event, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])',
          [rows.map((row) => row.position), rows.map((row) => row.event.id), rows.map((row) => row.event.tenant), rows.map((row) => row.event.requestId), rows.map((row) => row.event.at), rows.map((row) => canonicalJson(row.event)), rows.map((row) => row.hash)],
        );
      }
      return rows.length;
    });
  }

  /** The events of one request of one tenant, in the order in which they were stored. */
  async eventsOf(tenant: string, requestId: string): Promise<AuditEvent[]> {
    const rows = await this.database.query<{ event: string }>('SELECT event FROM audit_events WHERE request_id = $1 AND tenant = $2 ORDER BY position LIMIT $3', [requestId, tenant, MAX_EVENTS_OF_REQUEST]);
    return rows.map(({ event }) => AuditEvent.parse(JSON.parse(event)));
  }

  /**
   * Steps of these names of one tenant, the latest first, at most `limit`, from `since` (ms since 1970) on. `before`: those
   * that were stored before the place that an earlier list gave as `next`.
   */
  async stepsOf(tenant: string, { steps, since, before, limit }: { readonly steps: readonly string[]; readonly since: number; readonly before?: number | undefined; readonly limit: number }): Promise<StepList> {
    // The event is canonical JSON, and a quote inside a string is escaped there: so these signs can only be its `step`, or
    // that of an object among its facts, which is left out below.
    const likes = steps.map((step) => `%"step":${JSON.stringify(step).replace(/[\\%_]/g, '\\$&')}%`);
    const rows = await this.database.query<{ position: number; event: string }>(
      'SELECT position, event FROM audit_events WHERE tenant = $1 AND at >= $2 AND position < $3 AND event LIKE ANY($4) ORDER BY position DESC LIMIT $5',
      [tenant, since, before ?? Number.MAX_SAFE_INTEGER, likes, limit],
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const events = rows.map(({ event }) => AuditEvent.parse(JSON.parse(event))).filter(({ step }) => steps.includes(step));
    return { steps: events, ...(last === undefined ? {} : { next: last.position }) };
  }

  /** Links of the chain after `position`, at most `limit`, for `verifyChain`. */
  async linksAfter(position: number, limit: number): Promise<ChainRow[]> {
    const rows = await this.database.query<{ position: number; event: string; hash: string }>('SELECT position, event, hash FROM audit_events WHERE position > $1 ORDER BY position LIMIT $2', [position, limit]);
    return rows.map((row) => ({ position: row.position, hash: row.hash, event: AuditEvent.parse(JSON.parse(row.event)) }));
  }

  head(): Promise<ChainHead> {
    return headOf(this.database);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

async function headOf({ query }: Queryable): Promise<ChainHead> {
  const [last] = await query<{ position: number; hash: string }>('SELECT position, hash FROM audit_events ORDER BY position DESC LIMIT 1');
  return last ?? { position: 0, hash: CHAIN_START };
}
