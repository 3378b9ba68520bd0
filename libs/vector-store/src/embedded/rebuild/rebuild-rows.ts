import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeScope, KnowledgeSpace, PassageKeys, SparseVector, StoredPassage } from '@switchyard/contracts';
import { decodeSparse, encodeDense, encodeSparse } from '../encode-vectors.js';
import { UNNAMED_SPACE } from '../../require-space.js';

/** Made when it is first needed: a file that was never rebuilt has none. One row: the run that is at work or was broken off. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS rebuild (
    one INTEGER PRIMARY KEY CHECK (one = 1), owner TEXT, beat INTEGER NOT NULL,
    recipe TEXT NOT NULL, tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, documents INTEGER NOT NULL
  );
`;

/** Where a run has come to: all documents up to this one are done, in the order of scopes and ids. */
export interface Place extends KnowledgeScope {
  readonly documentId: string;
}
export interface RunState extends Place {
  readonly owner: string | null;
  readonly beat: number;
  readonly recipe: string;
  readonly documents: number;
}

interface PassageRow {
  row: number;
  id: string;
  title: string;
  text: string;
  language: string;
  position: number;
  metadata: string;
  variants: string | null;
  sparse: Uint8Array;
}

export const prepareRebuild = (database: DatabaseSync): void => database.exec(TABLE);

/** What a rebuild reads and writes; writes within a transaction of the caller's, on the writing connection. */
export function openRebuildRows(database: DatabaseSync) {
  const state = database.prepare('SELECT owner, beat, recipe, tenant, collection, document_id AS documentId, documents FROM rebuild');
  const take = database.prepare("INSERT INTO rebuild VALUES (1, ?, 0, '', '', '', '', 0) ON CONFLICT DO UPDATE SET owner = excluded.owner, beat = beat + 1");
  const begin = database.prepare("UPDATE rebuild SET recipe = ?, tenant = '', collection = '', document_id = '', documents = 0");
  const beat = database.prepare('UPDATE rebuild SET beat = beat + 1 WHERE owner = ?');
  const reach = database.prepare('UPDATE rebuild SET beat = beat + 1, tenant = ?, collection = ?, document_id = ?, documents = ? WHERE owner = ?');
  const release = database.prepare('UPDATE rebuild SET owner = NULL WHERE owner = ?');
  const forget = database.prepare('DELETE FROM rebuild WHERE owner = ?');
  const total = database.prepare('SELECT count(*) AS count FROM documents');
  const following = database.prepare('SELECT tenant, collection, document_id AS documentId FROM documents WHERE (tenant, collection, document_id) > (?, ?, ?) ORDER BY tenant, collection, document_id LIMIT ?');
  const passages = database.prepare('SELECT row, id, title, text, language, position, metadata, variants, sparse FROM passages WHERE tenant = ? AND collection = ? AND document_id = ? ORDER BY position, row');
  const rows = database.prepare('SELECT row FROM passages WHERE tenant = ? AND collection = ? AND document_id = ? ORDER BY position, row');
  const setWords = database.prepare('UPDATE passages SET sparse = ? WHERE row = ?');
  const setKeys = database.prepare('UPDATE passages SET sparse = ?, dense = ?, space = ? WHERE row = ?');
  const pin = database.prepare('INSERT OR REPLACE INTO spaces (tenant, collection, fingerprint, dimension) VALUES (?, ?, ?, ?)');
  return {
    state: () => state.get() as RunState | undefined,
    take: (owner: string) => void take.run(owner),
    begin: (recipe: string) => void begin.run(recipe),
    /** @returns whether the run still has it */
    beat: (owner: string) => Number(beat.run(owner).changes) > 0,
    reach: (owner: string, { tenant, collection, documentId }: Place, documents: number) => Number(reach.run(tenant, collection, documentId, documents, owner).changes) > 0,
    release: (owner: string) => void release.run(owner),
    forget: (owner: string) => void forget.run(owner),
    total: () => Number(total.get()?.['count']),
    following: ({ tenant, collection, documentId }: Place, limit: number) => following.all(tenant, collection, documentId, limit) as unknown as Place[],
    passages({ tenant, collection, documentId }: Place): { row: number; passage: StoredPassage }[] {
      return (passages.all(tenant, collection, documentId) as unknown as PassageRow[]).map(({ row, metadata, variants, sparse, ...facts }) => ({
        row,
        passage: { ...facts, documentId, metadata: JSON.parse(metadata) as StoredPassage['metadata'], sparse: termsOf(sparse), ...(variants === null ? {} : { variants: JSON.parse(variants) as string[] }) },
      }));
    },
    /** @returns false where the document has other rows by now */
    setKeys({ tenant, collection, documentId }: Place, expected: readonly number[], keys: readonly PassageKeys[], space: KnowledgeSpace | undefined): boolean {
      const now = (rows.all(tenant, collection, documentId) as unknown as { row: number }[]).map(({ row }) => row);
      if (now.length !== expected.length || now.some((row, at) => row !== expected[at])) return false;
      for (const [at, { sparse, dense }] of keys.entries()) {
        if (space) setKeys.run(encodeSparse(sparse), dense ? encodeDense(dense) : null, dense && space.fingerprint !== UNNAMED_SPACE ? space.fingerprint : null, expected[at]!);
        else setWords.run(encodeSparse(sparse), expected[at]!);
      }
      return true;
    },
    pin: ({ tenant, collection }: KnowledgeScope, { fingerprint, dimension }: KnowledgeSpace) => void pin.run(tenant, collection, fingerprint, dimension),
  };
}
function termsOf(stored: Uint8Array): SparseVector {
  const { ids, weights } = decodeSparse(stored);
  return { indices: [...ids], values: [...weights] };
}

export type RebuildRows = ReturnType<typeof openRebuildRows>;
