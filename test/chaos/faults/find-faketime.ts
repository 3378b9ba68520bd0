import { existsSync, globSync } from 'node:fs';

/** Where Debian's package `faketime` puts the library that gives a process another time of day; `LIBFAKETIME` names another place. */
export function findFaketime(): string | undefined {
  const named = process.env['LIBFAKETIME'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  return globSync(['/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/lib/faketime/libfaketimeMT.so.1'])[0];
}
