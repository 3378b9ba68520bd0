import type { DocumentState, DocumentStatus, StoredDocument } from '@switchyard/contracts';
import type { LedgerEntry } from '@switchyard/queue';

/** An order older than this was lost or given up; see the lifetime that the gateway gives it. */
const LIFETIME_MS = 24 * 3_600_000;

/** What is known of a document: as it is stored, as it is on its way, or both. */
function statusOf(documentId: string, stored: StoredDocument | undefined, entry: LedgerEntry | undefined, nowMs: number): DocumentStatus {
  const base = { documentId, title: stored?.title ?? documentId, passages: stored?.passages ?? 0 };
  if (!entry) return { ...base, updatedAt: stored?.updatedAt ?? new Date(nowMs).toISOString(), state: 'ready' };
  const isOverdue = entry.state !== 'failed' && nowMs - entry.at > LIFETIME_MS;
  const error = isOverdue ? { code: 'DEADLINE_PASSED', reason: 'it was not indexed within a day' } : entry.error;
  return { ...base, updatedAt: new Date(entry.at).toISOString(), state: isOverdue ? 'failed' : entry.state, ...(error ? { error } : {}) };
}

/** The stored documents and those on their way, as one list by id: at most `limit`, of one state where it is given. */
export function listDocuments(stored: readonly StoredDocument[], entries: readonly LedgerEntry[], { limit, state, nowMs }: { limit: number; state?: DocumentState | undefined; nowMs: number }): DocumentStatus[] {
  const byId = new Map(stored.map((document) => [document.documentId, document]));
  const onTheWay = new Map(entries.map((entry) => [entry.documentId, entry]));
  return [...new Set([...byId.keys(), ...onTheWay.keys()])]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .map((id) => statusOf(id, byId.get(id), onTheWay.get(id), nowMs))
    .filter((document) => state === undefined || document.state === state)
    .slice(0, limit);
}
