import type { AuditEvent } from '@switchyard/contracts';
import { isRefusedValue } from '@switchyard/database';
import { toMeshError } from '@switchyard/errors';
import { AUDIT_STREAM, type RedisConnection } from '@switchyard/queue';
import type { Logger } from '@switchyard/telemetry';
import { eventsRejected, eventsStored, storeFailures } from './audit-metrics.js';
import type { AuditRecord } from './audit-record.js';
import { readEntry, reject, type RejectedEvent, type StreamEntry } from './read-entry.js';

/** Where events lie that cannot be stored, for a person to look at; about the last thousand. */
export const REJECTED_STREAM = `${AUDIT_STREAM}:rejected`;
const REJECTED_LENGTH = 1_000;

export interface StoreOptions {
  readonly record: Pick<AuditRecord, 'append'>;
  readonly redis: RedisConnection;
  readonly group: string;
  readonly logger: Logger;
}

/**
 * Stores the events of these entries, parks what is none, and takes the entries off the stream, in that order: a death
 * in between repeats the entries, and storing an event again is harmless.
 * @throws MeshError while the events cannot be stored now; the entries stay pending
 */
export async function storeEntries(entries: readonly StreamEntry[], options: StoreOptions): Promise<void> {
  const { redis, group, logger } = options;
  const read = entries.map((entry) => ({ entry, ...readEntry(entry) }));
  const events = read.flatMap((one) => one.events.map((event) => ({ event, entry: one.entry.id })));
  const refused = await appendOrRefuse(events, options);
  const rejected = [...read.flatMap((one) => one.rejected), ...refused];

  const pipeline = redis.pipeline();
  for (const { entry, reason, raw } of rejected) pipeline.xadd(REJECTED_STREAM, 'MAXLEN', '~', REJECTED_LENGTH, '*', 'entry', entry, 'reason', reason, 'event', raw);
  const ids = entries.map((entry) => entry.id);
  pipeline.xack(AUDIT_STREAM, group, ...ids);
  pipeline.xdel(AUDIT_STREAM, ...ids);
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;

  for (const { reason } of rejected) eventsRejected.inc({ reason });
  if (rejected.length > 0) logger.error({ rejected: rejected.length, reasons: [...new Set(rejected.map((one) => one.reason))] }, `audit events cannot be stored; they are in ${REJECTED_STREAM}`);
}

type EventOfEntry = { readonly event: AuditEvent; readonly entry: string };

/** Stores all events; where the database refuses the values of some, finds those by halves and gives them back. */
async function appendOrRefuse(events: readonly EventOfEntry[], options: StoreOptions): Promise<RejectedEvent[]> {
  try {
    eventsStored.inc(await options.record.append(events.map((one) => one.event)));
    return [];
  } catch (error) {
    if (!isRefusedValue(error)) {
      storeFailures.inc({ code: toMeshError(error).code });
      throw error;
    }
    const [only] = events;
    if (only && events.length === 1) return [reject(only.entry, 'refused', only.event)];
    const half = Math.ceil(events.length / 2);
    return [...(await appendOrRefuse(events.slice(0, half), options)), ...(await appendOrRefuse(events.slice(half), options))];
  }
}
