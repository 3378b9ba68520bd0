import { MOST_DOCUMENTS, type DocumentState, type DocumentStatus, type KnowledgeScope, type ListDocumentsResult, type StoredDocument, type VectorStore } from '@switchyard/contracts';
import type { DocumentLedger, LedgerEntry } from '@switchyard/queue';
import { readCursor, writeCursor, type DocumentCursor } from './document-cursor.js';

/** An order older than this was lost or given up; see the lifetime that the gateway gives it. */
const LIFETIME_MS = 24 * 3_600_000;
/** Documents of another state that one page passes over at most; then it ends, and the next goes on from there. */
const MOST_PASSED = 5_000;
/** By so much may the clocks of those who note orders differ: rather twice than not at all. */
const CLOCKS_MS = 1_000;
/** Documents on their way that are looked up in the store at once. */
const AT_ONCE = 16;

/** What is known of a document: as it is stored, as it is on its way, or both. */
export function statusOf(documentId: string, stored: StoredDocument | undefined, entry: LedgerEntry | undefined, nowMs: number): DocumentStatus {
  const base = { documentId, title: stored?.title ?? documentId, passages: stored?.passages ?? 0 };
  if (!entry) return { ...base, updatedAt: stored?.updatedAt ?? new Date(nowMs).toISOString(), state: 'ready' };
  const isOverdue = entry.state !== 'failed' && nowMs - entry.at > LIFETIME_MS;
  const error = isOverdue ? { code: 'DEADLINE_PASSED', reason: 'it was not indexed within a day' } : entry.error;
  return { ...base, updatedAt: new Date(entry.at).toISOString(), state: isOverdue ? 'failed' : entry.state, ...(error ? { error } : {}) };
}

export interface Listing {
  readonly store: Pick<VectorStore, 'document' | 'documents'>;
  readonly ledger: Pick<DocumentLedger, 'findAll' | 'list'>;
  readonly scope: KnowledgeScope;
}

/**
 * A page of the documents of a scope, of one state where it is given. What is there from the first page to the last is
 * listed; once, unless its state changes meanwhile.
 */
export async function listDocuments(listing: Listing, { limit, state, cursor, nowMs }: { limit: number; state?: DocumentState | undefined; cursor?: string | undefined; nowMs: number }): Promise<ListDocumentsResult> {
  let at: DocumentCursor | undefined = cursor === undefined ? { part: state === 'ready' ? 'stored' : 'unfinished', since: nowMs - CLOCKS_MS } : readCursor(cursor);
  const documents = new Map<string, DocumentStatus>();
  for (let passed = 0; at && documents.size < limit && passed < MOST_PASSED; ) {
    // All that is read is given or passed over, so that the page ends where the reading does.
    const { found, read, next }: Part = await (at.part === 'unfinished' ? unfinished : stored)(listing, at, limit - documents.size, state, nowMs);
    for (const document of found) if (!documents.has(document.documentId)) documents.set(document.documentId, document);
    passed += read;
    at = next === undefined ? partAfter(at, state) : { ...at, after: next };
  }
  return { documents: [...documents.values()], ...(at ? { next: writeCursor(at) } : {}) };
}

interface Part {
  readonly found: readonly DocumentStatus[];
  readonly read: number;
  readonly next: string | undefined;
}

function partAfter({ part, since }: DocumentCursor, state: DocumentState | undefined): DocumentCursor | undefined {
  return part === 'unfinished' && state === undefined ? { part: 'stored', since } : undefined;
}

async function unfinished({ store, ledger, scope }: Listing, { after }: DocumentCursor, room: number, state: DocumentState | undefined, nowMs: number): Promise<Part> {
  const { entries, next } = await ledger.list(scope, Math.min(room, MOST_DOCUMENTS), after);
  const found: DocumentStatus[] = [];
  const wanted = entries.filter((entry) => state === undefined || statusOf(entry.documentId, undefined, entry, nowMs).state === state);
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    found.push(...await Promise.all(wanted.slice(at, at + AT_ONCE).map(async (entry) => statusOf(entry.documentId, await store.document(scope, entry.documentId), entry, nowMs))));
  }
  return { found, read: entries.length, next };
}

async function stored({ store, ledger, scope }: Listing, { after, since }: DocumentCursor, room: number, state: DocumentState | undefined, nowMs: number): Promise<Part> {
  const { documents, next } = await store.documents(scope, Math.min(room, MOST_DOCUMENTS), after);
  const entries = await ledger.findAll(scope, documents.map(({ documentId }) => documentId));
  const found = documents.flatMap((document) => {
    const entry = entries.get(document.documentId);
    if (state === 'ready' ? entry : entry && entry.at <= since) return [];
    return [statusOf(document.documentId, document, entry, nowMs)];
  });
  return { found, read: documents.length, next };
}
