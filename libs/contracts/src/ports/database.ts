/** A PostgreSQL, embedded or not: one dialect, one port. Parameters are `$1`, `$2`, … */
export interface Database {
  query<Row extends Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs `work` in one transaction on one connection; rolled back when it throws. */
  transaction<Result>(work: (database: Pick<Database, 'query'>) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
