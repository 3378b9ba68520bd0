import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// The tests run the sources, everything else what was compiled from them.
const program = fileURLToPath(new URL(`./create-database-files.process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

/**
 * Makes the files of an embedded database, where there are none. PostgreSQL's first start takes hundreds of megabytes,
 * and WebAssembly gives none of it back: so that is done in a process of its own, and the one that goes on opens finished
 * files. They are renamed into place, so that a start that was killed leaves none by halves.
 */
export async function createDatabaseFiles(dataDir: string): Promise<void> {
  if (existsSync(dataDir)) return;
  const unfinished = `${dataDir}.unfinished`;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  await rm(unfinished, { recursive: true, force: true });
  await promisify(execFile)(process.execPath, [program, unfinished], { timeout: 120_000 });
  await rename(unfinished, dataDir);
}
