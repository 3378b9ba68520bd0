import { MeshError } from '@switchyard/errors';

/** SQLSTATE classes in which nothing is wrong with the statement: connection, transaction conflict, resources, operator, I/O. */
const PASSING_CLASSES = new Set(['08', '40', '53', '55', '57', '58', 'XX']);
/** A server that was the first and is a standby now: the next connection finds the new first one. */
const READ_ONLY = '25006';
/** Classes in which the values themselves are refused; trying them again cannot help. */
const REFUSED_CLASSES = new Set(['22', '23']);

/** The five characters that PostgreSQL names an error with, where it was PostgreSQL that refused. */
function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object) ? code : undefined;
}

/**
 * A driver's error as the mesh's. The driver's message can quote values, so only its SQLSTATE is told; the rest stays in `cause`.
 * @returns MeshError DATABASE_UNAVAILABLE where another try may succeed, INTERNAL where the statement is at fault
 */
export function asDatabaseError(error: unknown, where: string): MeshError {
  if (MeshError.is(error)) return error;
  const state = sqlStateOf(error);
  if (state === undefined || state === READ_ONLY || PASSING_CLASSES.has(state.slice(0, 2))) {
    return new MeshError('DATABASE_UNAVAILABLE', state === undefined ? where : `${where}: SQLSTATE ${state}`, { cause: error });
  }
  return new MeshError('INTERNAL', `SQLSTATE ${state}`, { cause: error });
}

/** Whether the database refused the values (a character it cannot hold, a key that is there), so that a retry would end the same. */
export function isRefusedValue(error: unknown): boolean {
  return MeshError.is(error) && REFUSED_CLASSES.has(sqlStateOf(error.cause)?.slice(0, 2) ?? '');
}
