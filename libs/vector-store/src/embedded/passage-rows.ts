import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeScope, KnowledgeSpace, SparseVector, StoredDocument, StoredPassage } from '@switchyard/contracts';
import { decodeDense, decodeSparse, encodeDense, encodeSparse } from './encode-vectors.js';
import { requireSpace } from '../require-space.js';
import type { IndexedPassage } from './scope-index.js';

interface PassageRow {
  row: number;
  id: string;
  document_id: string;
  title: string;
  text: string;
  language: string;
  position: number;
  metadata: string;
  sparse: Uint8Array;
  dense: Uint8Array | null;
  space: string | null;
  variants: string | null;
}

interface DocumentRow {
  document_id: string;
  title: string;
  content_hash: string;
  origin: string | null;
  passages: number;
  updated_at: string;
}

const SPACE_OF = 'SELECT fingerprint, dimension FROM spaces WHERE tenant = ? AND collection = ?';
const TOKEN = 'lower(hex(randomblob(8)))';

const parseMetadata = (json: string): StoredPassage['metadata'] => JSON.parse(json) as StoredPassage['metadata'];

/** Decoded when somebody looks: a search fetches fifty passages with hundreds of terms each, and hardly ever needs these. */
function lazySparse(stored: Uint8Array): SparseVector {
  let decoded: SparseVector | undefined;
  const decode = (): SparseVector => {
    if (!decoded) {
      const { ids, weights } = decodeSparse(stored);
      decoded = { indices: [...ids], values: [...weights] };
    }
    return decoded;
  };
  return {
    get indices() {
      return decode().indices;
    },
    get values() {
      return decode().values;
    },
  };
}

/** Reads passages and documents through one connection. `space` names the embedding model whose vectors are used. */
export function openReader(database: DatabaseSync, space: string | undefined) {
  const byRow = database.prepare('SELECT * FROM passages WHERE row = ?');
  const vectorOf = database.prepare('SELECT dense, space FROM passages WHERE row = ?');
  const slice = database.prepare('SELECT row, document_id, language, metadata, sparse, dense, space FROM passages WHERE tenant = ? AND collection = ? AND document_id = ? AND row > ? ORDER BY row LIMIT 100');
  const document = database.prepare('SELECT * FROM documents WHERE tenant = ? AND collection = ? AND document_id = ?');
  const documents = database.prepare('SELECT * FROM documents WHERE tenant = ? AND collection = ? AND document_id > ? ORDER BY document_id LIMIT ?');
  const dense = (row: Pick<PassageRow, 'dense' | 'space'>): Float32Array | undefined => (row.dense && row.space === (space ?? null) ? decodeDense(row.dense) : undefined);
  const spaces = database.prepare(SPACE_OF);
  const documentOf = (row: DocumentRow): StoredDocument => ({
    documentId: row.document_id,
    title: row.title,
    contentHash: row.content_hash,
    ...(row.origin === null ? {} : { origin: row.origin }),
    passages: row.passages,
    updatedAt: row.updated_at,
  });
  return {
    passage(row: number): StoredPassage | undefined {
      const found = byRow.get(row) as PassageRow | undefined;
      if (!found) return undefined;
      const vector = dense(found);
      return {
        id: found.id,
        documentId: found.document_id,
        title: found.title,
        text: found.text,
        language: found.language,
        position: found.position,
        metadata: parseMetadata(found.metadata),
        sparse: lazySparse(found.sparse),
        ...(found.variants === null ? {} : { variants: JSON.parse(found.variants) as string[] }),
        ...(vector ? { dense: vector } : {}),
      };
    },
    /** The full vector of a passage, at unit length. */
    vector(row: number): Float32Array | undefined {
      const found = vectorOf.get(row) as Pick<PassageRow, 'dense' | 'space'> | undefined;
      return found && dense(found);
    },
    /** The next rows of a document after `row`, at most a hundred. */
    indexed({ tenant, collection }: KnowledgeScope, documentId: string, row: number): IndexedPassage[] {
      const rows = slice.all(tenant, collection, documentId, row) as unknown as PassageRow[];
      return rows.map((found) => ({
        row: found.row,
        documentId: found.document_id,
        language: found.language,
        metadata: found.metadata,
        sparse: decodeSparse(found.sparse),
        dense: dense(found),
      }));
    },
    document({ tenant, collection }: KnowledgeScope, documentId: string): StoredDocument | undefined {
      const row = document.get(tenant, collection, documentId) as DocumentRow | undefined;
      return row && documentOf(row);
    },
    documents({ tenant, collection }: KnowledgeScope, limit: number, after: string): StoredDocument[] {
      return (documents.all(tenant, collection, after, limit) as unknown as DocumentRow[]).map(documentOf);
    },
    space({ tenant, collection }: KnowledgeScope): KnowledgeSpace | undefined {
      return spaces.get(tenant, collection) as KnowledgeSpace | undefined;
    },
  };
}
export type Reader = ReturnType<typeof openReader>;

/** Statements of the writing connection; the caller holds the transaction. */
export function openWriter(database: DatabaseSync, space: string | undefined) {
  const insertPassage = database.prepare(
    'INSERT INTO passages (tenant, collection, document_id, id, title, text, language, position, metadata, sparse, dense, space, variants) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertDocument = database.prepare('INSERT OR REPLACE INTO documents (tenant, collection, document_id, title, content_hash, origin, passages, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const deletePassages = database.prepare('DELETE FROM passages WHERE tenant = ? AND collection = ? AND document_id = ?');
  const deleteDocument = database.prepare('DELETE FROM documents WHERE tenant = ? AND collection = ? AND document_id = ?');
  const insertChange = database.prepare(`INSERT INTO changes (tenant, collection, document_id, token) VALUES (?, ?, ?, ${TOKEN})`);
  const insertChanges = database.prepare(`INSERT INTO changes (tenant, collection, document_id, token) SELECT tenant, collection, document_id, ${TOKEN} FROM documents WHERE tenant = ? AND collection = ?`);
  const spaces = database.prepare(SPACE_OF);
  const insertSpace = database.prepare('INSERT OR IGNORE INTO spaces (tenant, collection, fingerprint, dimension) VALUES (?, ?, ?, ?)');
  const deleteSpace = database.prepare('DELETE FROM spaces WHERE tenant = ? AND collection = ?');
  const deleteVectors = database.prepare('UPDATE passages SET dense = NULL, space = NULL WHERE tenant = ? AND collection = ? AND dense IS NOT NULL');
  // Of documents that are gone too: an earlier order must not bring them back.
  const takeOrder = database.prepare('INSERT INTO orders (tenant, collection, document_id, number) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number WHERE number <= excluded.number');
  const contentHash = database.prepare('SELECT content_hash FROM documents WHERE tenant = ? AND collection = ? AND document_id = ?');
  const trimChanges = database.prepare('DELETE FROM changes WHERE sequence <= ?');
  return {
    insertPassage({ tenant, collection }: KnowledgeScope, passage: StoredPassage): void {
      const { id, documentId, title, text, language, position, metadata, sparse, dense, variants } = passage;
      insertPassage.run(tenant, collection, documentId, id, title, text, language, position, JSON.stringify(metadata), encodeSparse(sparse), dense ? encodeDense(dense) : null, dense ? (space ?? null) : null, variants && variants.length > 0 ? JSON.stringify(variants) : null);
    },
    insertDocument({ tenant, collection }: KnowledgeScope, document: StoredDocument): void {
      insertDocument.run(tenant, collection, document.documentId, document.title, document.contentHash, document.origin ?? null, document.passages, document.updatedAt);
    },
    contentHash({ tenant, collection }: KnowledgeScope, documentId: string): string | undefined {
      return contentHash.get(tenant, collection, documentId)?.['content_hash'] as string | undefined;
    },
    /** @returns false where a later order for the document was carried out */
    takeOrder({ tenant, collection }: KnowledgeScope, documentId: string, order: number): boolean {
      return Number(takeOrder.run(tenant, collection, documentId, order).changes) > 0;
    },
    /** Whether there was such a document. */
    remove({ tenant, collection }: KnowledgeScope, documentId: string): boolean {
      deletePassages.run(tenant, collection, documentId);
      return Number(deleteDocument.run(tenant, collection, documentId).changes) > 0;
    },
    /**
     * Pins the model of the collection by the first vectors that are written.
     * @throws MeshError MODEL_MISMATCH where the passages' vectors do not fit those that are there
     */
    pinSpace(scope: KnowledgeScope, passages: readonly StoredPassage[]): void {
      const { tenant, collection } = scope;
      const held = spaces.get(tenant, collection) as KnowledgeSpace | undefined;
      const written = requireSpace(scope, held, space, passages);
      if (written && !held) insertSpace.run(tenant, collection, written.fingerprint, written.dimension);
    },
    forgetVectors({ tenant, collection }: KnowledgeScope, kept: number): void {
      if (Number(deleteSpace.run(tenant, collection).changes) === 0) return;
      deleteVectors.run(tenant, collection);
      trimChanges.run(Number(insertChanges.run(tenant, collection).lastInsertRowid) - kept);
    },
    /** Tells other instances of the change, and forgets all but the last `kept` changes. */
    logChange({ tenant, collection }: KnowledgeScope, documentId: string, kept: number): void {
      trimChanges.run(Number(insertChange.run(tenant, collection, documentId).lastInsertRowid) - kept);
    },
  };
}
