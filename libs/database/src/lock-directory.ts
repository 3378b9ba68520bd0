import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MeshError } from '@switchyard/errors';

/**
 * Takes a directory for this process alone. The lock is the operating system's (through SQLite, since Node has no file
 * locks of its own), so it ends with the process, however that dies: there is no stale lock, and no process id that
 * could have been given to another process meanwhile.
 * @returns what frees the directory
 * @throws MeshError DATABASE_UNAVAILABLE, naming the directory, when another process has it or it cannot be written
 */
export function lockDirectory(directory: string): () => void {
  let file: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    file = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    const isHeld = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
    const detail = isHeld
      ? `${directory} is in use by another process; set DATABASE_URL to a PostgreSQL to run several auditors`
      : `${directory} cannot be used for the embedded database`;
    throw new MeshError('DATABASE_UNAVAILABLE', detail, { cause: error, field: 'DATA_DIR' });
  }
  const held = file;
  return () => held.close();
}

const SQLITE_BUSY = 5;
