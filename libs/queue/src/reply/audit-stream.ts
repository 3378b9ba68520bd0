import { AuditEvent } from '@switchyard/contracts';

/** The audit stream keeps about this many entries for an auditor that is away; an entry holds one tick of one process. */
export const AUDIT_STREAM_LENGTH = 200_000;
/** The field of an entry that holds its events, as a JSON array. */
export const AUDIT_FIELD = 'events';

/** The events of one entry of the audit stream. Entries of another form, and events that do not parse, are left out. */
export function auditEventsOf(fields: readonly string[]): AuditEvent[] {
  const at = fields.indexOf(AUDIT_FIELD);
  if (at < 0 || at % 2 !== 0) return [];
  try {
    const list: unknown = JSON.parse(fields[at + 1] ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry) => {
      const parsed = AuditEvent.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  } catch {
    return [];
  }
}
