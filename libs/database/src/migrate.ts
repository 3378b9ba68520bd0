import { createHash } from 'node:crypto';
import type { Database } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** One change of the schema. Permanent once released: what is wrong with it is put right by a later one. */
export interface Migration {
  /** Unique; stored with the database. */
  readonly id: string;
  /** One statement each: the protocol that carries parameters takes no more. */
  readonly statements: readonly string[];
}

/** Any number, the same in every process: whoever migrates first lets the others wait. */
const MIGRATION_LOCK = 7_391_022;

const digestOf = (migration: Migration): string => createHash('sha256').update(migration.statements.join(';\n')).digest('hex');

/**
 * Brings the schema up to the last of `migrations`, in order, in one transaction: all of them or none. Several processes
 * may call it at once; what is done already is not done again.
 * @returns the ids that were applied now
 * @throws MeshError INTERNAL where a migration that was applied has changed since, or one in the middle is new
 */
export async function migrate(database: Pick<Database, 'transaction'>, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async ({ query }) => {
    await query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await query('CREATE TABLE IF NOT EXISTS switchyard_migrations (position int PRIMARY KEY, id text NOT NULL UNIQUE, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
    const applied = await query<{ id: string; digest: string }>('SELECT id, digest FROM switchyard_migrations ORDER BY position');
    const fresh: string[] = [];
    for (const [index, migration] of migrations.entries()) {
      const digest = digestOf(migration);
      const before = applied[index];
      if (before) {
        if (before.id !== migration.id || before.digest !== digest) throw new MeshError('INTERNAL', `the migration ${migration.id} is not the one that was applied (${before.id})`);
        continue;
      }
      for (const statement of migration.statements) await query(statement);
      await query('INSERT INTO switchyard_migrations (position, id, digest) VALUES ($1, $2, $3)', [index + 1, migration.id, digest]);
      fresh.push(migration.id);
    }
    return fresh;
  });
}
