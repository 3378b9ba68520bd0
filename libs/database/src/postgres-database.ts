import { Pool, types as pgTypes, type CustomTypesConfig, type PoolClient } from 'pg';
import type { Database } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import { asDatabaseError } from './database-error.js';
import { toWireValue } from './wire-value.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement takes milliseconds; a server that is silent for this long is away. */
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECTIONS = 4;

const { INT8 } = pgTypes.builtins;

const types: CustomTypesConfig = {
  getTypeParser: (id, format) => (id === INT8 ? (text: string) => Number(text) : (pgTypes.getTypeParser(id, format) as (text: string) => unknown)),
};

/**
 * A PostgreSQL server, over a pool of connections that come back by themselves.
 * @throws MeshError DATABASE_UNAVAILABLE, naming host, port and database, when it is not reached
 */
export async function openPostgresDatabase(url: string, logger: Logger): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'switchyard',
    types,
  });
  const where = `PostgreSQL at ${placeOf(url)}`;
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection to PostgreSQL is lost'));

  const queryOn = (target: Pick<Pool | PoolClient, 'query'>): Database['query'] => async <Row extends Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []) => {
    try {
      return (await target.query<Row>(sql, parameters.map(toWireValue))).rows;
    } catch (error) {
      throw asDatabaseError(error, where);
    }
  };

  const transaction: Database['transaction'] = async (work) => {
    const client = await pool.connect().catch((error: unknown) => {
      throw asDatabaseError(error, where);
    });
    // A connection may break between two statements, when nobody listens to it but this.
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    const query = queryOn(client);
    try {
      await query('BEGIN');
      const result = await work({ query });
      // PostgreSQL answers the COMMIT of a transaction in which a statement failed with a ROLLBACK, and no error.
      const { command } = await client.query('COMMIT').catch((error: unknown) => {
        throw asDatabaseError(error, where);
      });
      if (command !== 'COMMIT') throw new MeshError('INTERNAL', 'a statement of the transaction had failed, so it was rolled back');
      return result;
    } catch (error) {
      // Whatever the rollback says, the connection is not to be trusted with another transaction when it fails.
      await query('ROLLBACK').catch((failure: unknown) => void (broken ??= failure instanceof Error ? failure : new Error('rollback failed')));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };

  const query = queryOn(pool);
  try {
    await query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return { query, transaction, close: () => (closing ??= pool.end()) };
}

/** Host, port and database of a URL; never its user or password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
