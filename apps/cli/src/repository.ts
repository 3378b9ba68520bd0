import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `apps/` and `libs/`: four levels above this file, in `src/` as in `dist/`. */
export function repositoryRoot(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
}
