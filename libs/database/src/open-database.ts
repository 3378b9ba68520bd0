import type { Database } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import { openEmbeddedDatabase } from './embedded-database.js';
import { openPostgresDatabase } from './postgres-database.js';

export interface DatabaseOptions {
  /** `postgres://…`; absent: the embedded one. */
  readonly url?: string | undefined;
  /** Where the embedded database keeps its files; one process at a time. */
  readonly directory: string;
  readonly logger: Logger;
}

/**
 * The database of this process: PostgreSQL where a URL is set, else one inside the process. Both behave alike: `int8` is
 * a number, objects go in as JSON, and errors are MeshErrors that quote no value.
 * @throws MeshError DATABASE_UNAVAILABLE
 */
export async function openDatabase({ url, directory, logger }: DatabaseOptions): Promise<Database> {
  return url === undefined ? openEmbeddedDatabase(directory) : openPostgresDatabase(url, logger);
}
