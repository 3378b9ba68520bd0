import { styleText } from 'node:util';
import { MeshError } from '@switchyard/errors';

/** What the system says of a file that was named, in words. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file, or no such folder to write it in',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EISDIR: 'is a folder',
  ENOTDIR: 'lies below something that is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk can only be read',
};

/** An error of the system about a file, as one of ours that names it; any other as it is. */
function told(error: unknown): unknown {
  const { code, path, syscall } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown; readonly syscall?: unknown };
  // A program that could not be started has these codes too, and is no file that was named.
  const problem = typeof code === 'string' && !String(syscall).startsWith('spawn') ? FILE_PROBLEMS[code] : undefined;
  return problem !== undefined && typeof path === 'string' ? new MeshError('CONFIG_INVALID', `${path}: ${problem}`, { cause: error }) : error;
}

/** An error as a person, or with `--json` a program, reads it; on standard error. */
export function fail(thrown: unknown, json: boolean): void {
  const error = told(thrown);
  const code = MeshError.is(error) ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { ...(code ? { code } : {}), message } })}\n`);
  else process.stderr.write(`${styleText('red', 'error')} ${message.split('; ').join('\n      ')}\n`);
  process.exitCode = 1;
}
