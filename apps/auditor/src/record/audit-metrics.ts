import { Counter, Gauge } from 'prom-client';
import { AUDIT_STREAM, type RedisConnection } from '@switchyard/queue';
import { registry } from '@switchyard/telemetry';

export const eventsStored = new Counter({ name: 'switchyard_audit_events_stored_total', help: 'Audit events that were new to the record.', registers: [registry] });
export const eventsRejected = new Counter({ name: 'switchyard_audit_events_rejected_total', help: 'Audit events that cannot be stored, moved to the stream of rejected ones.', labelNames: ['reason'], registers: [registry] });
export const entriesLost = new Counter({ name: 'switchyard_audit_entries_lost_total', help: 'Entries that were trimmed off the audit stream before they were stored.', registers: [registry] });
export const storeFailures = new Counter({ name: 'switchyard_audit_store_failures_total', help: 'Attempts to store a batch that failed and were tried again.', labelNames: ['code'], registers: [registry] });

const lagEntries = new Gauge({ name: 'switchyard_audit_lag_entries', help: 'Entries of the audit stream that are not stored yet.', registers: [registry] });
const lagSeconds = new Gauge({ name: 'switchyard_audit_lag_seconds', help: 'Age of the oldest entry that is not stored yet.', registers: [registry] });

/** Reads the lag whenever the metrics are. What is stored is taken off the stream, so what is on it is the lag. */
export function exportStreamLag(redis: RedisConnection): void {
  const readOnDemand = (gauge: Gauge, read: () => Promise<number>): void => {
    // With Redis away the lag is not known; the other metrics must still be readable.
    Object.assign(gauge, { collect: async () => gauge.set(await read().catch(() => Number.NaN)) });
  };
  readOnDemand(lagEntries, () => redis.xlen(AUDIT_STREAM));
  readOnDemand(lagSeconds, async () => {
    const [oldest] = await redis.xrange(AUDIT_STREAM, '-', '+', 'COUNT', 1);
    if (!oldest) return 0;
    // An entry's id begins with the millisecond in which Redis took it.
    const [seconds = 0] = await redis.time();
    return Math.max(0, seconds - Number(oldest[0].split('-')[0]) / 1_000);
  });
}
