import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import type { Database } from '@switchyard/contracts';
import { collectGarbage } from '@switchyard/telemetry';
import { createDatabaseFiles } from './create-database-files.js';
import { asDatabaseError } from './database-error.js';
import { lockDirectory } from './lock-directory.js';
import { compileLazily } from './compile-lazily.js';
import { toWireValue } from './wire-value.js';

/**
 * PostgreSQL sizes itself for a server of its own: with its usual 128 MB of shared buffers, an idle process holds
 * 350 MB. One connection that appends and reads by index needs almost none of it.
 */
const SMALL = ['shared_buffers=2MB', 'wal_buffers=256kB', 'max_connections=5', 'max_locks_per_transaction=16', 'work_mem=1MB', 'maintenance_work_mem=8MB', 'min_wal_size=32MB', 'max_wal_size=64MB'];

/** `int8` as a number, as in `postgres-database`: positions and milliseconds stay far below 2^53. */
const parsers = { [types.INT8]: (text: string) => Number(text) };

/**
 * PostgreSQL inside this process (PGlite), with its files in `directory`. What was committed survives the death of the
 * process; it is not forced to the disk, so a power cut can take it: where that matters, use a PostgreSQL.
 * @throws MeshError DATABASE_UNAVAILABLE when another process has the directory, or its files cannot be used
 */
export async function openEmbeddedDatabase(directory: string): Promise<Database> {
  const unlock = lockDirectory(directory);
  const where = `the embedded database in ${directory}`;
  let engine: PGlite;
  try {
    const dataDir = join(directory, 'pgdata');
    await createDatabaseFiles(dataDir);
    compileLazily();
    // `relaxedDurability` would answer before the files are written.
    engine = await PGlite.create({ dataDir, relaxedDurability: false, parsers, startParams: [...PGlite.defaultStartParams, ...SMALL.flatMap((setting) => ['-c', setting])] });
    collectGarbage();
  } catch (error) {
    unlock();
    throw asDatabaseError(error, where);
  }

  type Queryable = Pick<PGlite, 'query'>;
  const queryOn = (target: Queryable): Database['query'] => async <Row extends Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []) => {
    try {
      return (await target.query<Row>(sql, parameters.map(toWireValue))).rows;
    } catch (error) {
      throw asDatabaseError(error, where);
    }
  };

  let closing: Promise<void> | undefined;
  return {
    query: queryOn(engine),
    transaction: async (work) => {
      let failure: { readonly error: unknown } | undefined;
      try {
        return await engine.transaction(async (transaction) => {
          try {
            return await work({ query: queryOn(transaction) });
          } catch (error) {
            failure = { error };
            throw error;
          }
        });
      } catch (error) {
        throw failure ? failure.error : asDatabaseError(error, where);
      }
    },
    close: () => (closing ??= engine.close().finally(unlock)),
  };
}
