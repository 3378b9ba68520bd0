import type { DatabaseSync } from 'node:sqlite';
import { MeshError } from '@switchyard/errors';
import { UNNAMED_SPACE } from '../require-space.js';

/** Raised when the tables change; an older or newer file is refused rather than misread. */
const SCHEMA_VERSION = 4;

const TABLES = `
  CREATE TABLE IF NOT EXISTS documents (
    tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL,
    title TEXT NOT NULL, content_hash TEXT NOT NULL, origin TEXT, passages INTEGER NOT NULL, updated_at TEXT NOT NULL,
    PRIMARY KEY (tenant, collection, document_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL,
    id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, position INTEGER NOT NULL,
    metadata TEXT NOT NULL, sparse BLOB NOT NULL, dense BLOB, space TEXT, variants TEXT
  );
  CREATE INDEX IF NOT EXISTS passages_of_document ON passages (tenant, collection, document_id, position);
  CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, token TEXT
  );
  CREATE TABLE IF NOT EXISTS spaces (
    tenant TEXT NOT NULL, collection TEXT NOT NULL, fingerprint TEXT NOT NULL, dimension INTEGER NOT NULL,
    PRIMARY KEY (tenant, collection)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS orders (
    tenant TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (tenant, collection, document_id)
  ) WITHOUT ROWID;
`;

/**
 * From version 1, which had neither "spaces" nor tokens of changes. A collection keeps the vectors of the model that
 * wrote most of them; those of others were never compared with them, and go.
 */
const FROM_VERSION_1 = `
  ALTER TABLE changes ADD COLUMN token TEXT;
  INSERT INTO spaces SELECT tenant, collection, coalesce(space, '${UNNAMED_SPACE}'), length(dense) / 4 FROM (
    SELECT tenant, collection, space, dense, row_number() OVER (PARTITION BY tenant, collection ORDER BY count(*) DESC) AS place
    FROM passages WHERE dense IS NOT NULL GROUP BY tenant, collection, space, length(dense)
  ) WHERE place = 1;
  UPDATE passages SET dense = NULL, space = NULL WHERE dense IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM spaces WHERE spaces.tenant = passages.tenant AND spaces.collection = passages.collection
      AND fingerprint = coalesce(space, '${UNNAMED_SPACE}') AND dimension = length(dense) / 4
  );
`;

/** From versions before 4, which had none. */
const VARIANTS = 'ALTER TABLE passages ADD COLUMN variants TEXT;';

/** Pragmas of every connection. Full synchronisation: an acknowledged document survives a power cut too. */
export function prepareConnection(database: DatabaseSync): void {
  // The wait is SQLite's own, and blocks this thread: good for the start only, when nothing is served yet.
  database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;');
}

/**
 * Creates the tables of a new file, and brings those of an earlier version up to date.
 * @throws MeshError CONFIG_INVALID for a file of another schema version
 */
export function prepareSchema(database: DatabaseSync, file: string): void {
  // In a transaction, since another process may be making the same file at this moment.
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version < 0 || version > SCHEMA_VERSION) {
    database.exec('ROLLBACK');
    throw new MeshError('CONFIG_INVALID', `${file} has schema version ${version}, this release reads ${SCHEMA_VERSION}`, { field: 'DATA_DIR' });
  }
  if (version < SCHEMA_VERSION) database.exec(`${TABLES} ${version === 1 ? FROM_VERSION_1 : ''} ${version > 0 ? VARIANTS : ''} PRAGMA user_version = ${SCHEMA_VERSION};`);
  database.exec('COMMIT');
}
