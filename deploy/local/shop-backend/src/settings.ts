export interface Settings {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Path of the SQLite file, or `:memory:`. */
  readonly databaseFile: string;
}

/** @throws Error naming the variable that is wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(environment['PORT'] || '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a whole number from 0 to 65535');
  return {
    port,
    host: environment['HOST'] || '127.0.0.1',
    databaseFile: environment['DATABASE_FILE'] || '.switchyard/shop.sqlite',
  };
}
