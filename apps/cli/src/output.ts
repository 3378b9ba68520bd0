import { styleText } from 'node:util';
import { MeshError } from '@switchyard/errors';

/** An error as a person, or with `--json` a program, reads it; on standard error. */
export function fail(error: unknown, json: boolean): void {
  const code = MeshError.is(error) ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { ...(code ? { code } : {}), message } })}\n`);
  else process.stderr.write(`${styleText('red', 'error')} ${message.split('; ').join('\n      ')}\n`);
  process.exitCode = 1;
}
