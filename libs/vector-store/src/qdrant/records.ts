import type { KnowledgeScope, StoredDocument } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { idOf } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { ofScope } from './snapshot.js';
import type { Condition, Point } from './wire.js';

/** What is known of a document, and by which change. */
export interface DocumentRecord {
  readonly documentId: string;
  readonly title: string;
  readonly contentHash: string;
  readonly origin: string | null;
  readonly passages: number;
  readonly updatedAt: string;
  /** Deleted documents are remembered, so that a copy that is being made of the base follows. */
  readonly gone: boolean;
  /** Of the change that it tells of, where that had one. */
  readonly order?: number | undefined;
  /** The change that its passages came with, where that is not the last. */
  readonly since?: number | undefined;
}

const Stored = z.object({
  tenant: z.string(),
  collection: z.string(),
  kind: z.enum(['document', 'gone']),
  version: z.number(),
  document_id: z.string(),
  title: z.string(),
  content_hash: z.string(),
  origin: z.string().nullable(),
  passages: z.number(),
  updated_at: z.string(),
  order: z.number().optional(),
  since: z.number().optional(),
});

export const DOCUMENT: Condition = { key: 'kind', match: { value: 'document' } };

/** The record as a point; `version` is the number of the change that it tells of. */
export function recordPoint({ tenant, collection }: KnowledgeScope, record: DocumentRecord, version: number): Point {
  const { documentId, title, contentHash, origin, passages, updatedAt, gone, order, since } = record;
  return {
    id: idOf('document', tenant, collection, documentId),
    vector: {},
    payload: { tenant, collection, kind: gone ? 'gone' : 'document', version, document_id: documentId, title, content_hash: contentHash, origin, passages, updated_at: updatedAt, ...(order === undefined ? {} : { order }), ...(since === undefined ? {} : { since }) },
  };
}

export type VersionedRecord = DocumentRecord & { readonly version: number };

function recordOf({ tenant, collection }: KnowledgeScope, payload: unknown): VersionedRecord {
  const stored = Stored.safeParse(payload);
  if (!stored.success || stored.data.tenant !== tenant || stored.data.collection !== collection) throw new MeshError('STORE_ANSWER_INVALID', 'Qdrant gave a record of another document or in another form');
  const { document_id: documentId, title, content_hash: contentHash, origin, passages, updated_at: updatedAt, kind, version, order, since } = stored.data;
  return { documentId, title, contentHash, origin, passages, updatedAt, gone: kind === 'gone', version, order, since };
}

export const documentOf = ({ documentId, title, contentHash, origin, passages, updatedAt }: DocumentRecord): StoredDocument => ({ documentId, title, contentHash, passages, updatedAt, ...(origin === null ? {} : { origin }) });

export async function findRecord(calls: QdrantCalls, records: string, scope: KnowledgeScope, documentId: string, signal?: AbortSignal): Promise<VersionedRecord | undefined> {
  const [point] = await calls.retrieve(records, [idOf('document', scope.tenant, scope.collection, documentId)], signal);
  return point && recordOf(scope, point.payload);
}

/** A page of the documents of the scope, by their points' ids; with `after` deleted ones too, and only what has changed since that change. */
export async function listRecords(calls: QdrantCalls, records: string, scope: KnowledgeScope, { limit, offset, after, signal }: { readonly limit: number; readonly offset?: string | undefined; readonly after?: number; readonly signal?: AbortSignal | undefined }): Promise<{ records: VersionedRecord[]; next: string | undefined }> {
  const filter = { must: [...ofScope(scope), after === undefined ? DOCUMENT : { key: 'version', range: { gt: after } } as const] };
  const { points, next } = await calls.scroll(records, { filter, limit, ...(offset === undefined ? {} : { offset }) }, signal);
  return { records: points.map(({ payload }) => recordOf(scope, payload)), next };
}
