import { AuditEvent } from '@switchyard/contracts';
import { AUDIT_FIELD } from '@switchyard/queue';

/** An entry of the audit stream, as ioredis gives it: its id, and its fields and values in turn. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: readonly string[];
}

/** What cannot be stored, and why; `raw` is what came, cut to a bounded length. */
export interface RejectedEvent {
  readonly entry: string;
  readonly reason: 'no_events' | 'not_json' | 'not_an_event' | 'refused';
  readonly raw: string;
}

const MAX_RAW = 8_192;

export function reject(entry: string, reason: RejectedEvent['reason'], raw: unknown): RejectedEvent {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  return { entry, reason, raw: (text ?? '').slice(0, MAX_RAW) };
}

/** The events of an entry, and what of it is none. One bad event does not take the others with it. */
export function readEntry({ id, fields }: StreamEntry): { readonly events: AuditEvent[]; readonly rejected: RejectedEvent[] } {
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === AUDIT_FIELD);
  const raw = at < 0 ? undefined : fields[at + 1];
  if (raw === undefined) return { events: [], rejected: [reject(id, 'no_events', fields)] };
  let list: unknown;
  try {
    list = JSON.parse(raw);
  } catch {
    return { events: [], rejected: [reject(id, 'not_json', raw)] };
  }
  if (!Array.isArray(list)) return { events: [], rejected: [reject(id, 'not_json', raw)] };
  const events: AuditEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const one of list) {
    const parsed = AuditEvent.safeParse(one);
    if (parsed.success && isStorable(parsed.data)) events.push(parsed.data);
    else rejected.push(reject(id, 'not_an_event', one));
  }
  return { events, rejected };
}

/** PostgreSQL's text holds no NUL, and no half of a surrogate pair; in `facts` both are escaped by JSON. */
function isStorable({ id, tenant, requestId }: AuditEvent): boolean {
  return [id, tenant, requestId].every((text) => !text.includes('\0') && text.isWellFormed());
}
