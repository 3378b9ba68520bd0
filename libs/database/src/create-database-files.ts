import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

// The tests run the sources, everything else what was compiled from them.
const worker = new URL(import.meta.url.endsWith('.ts') ? './create-database-files.worker.ts' : './create-database-files.worker.js', import.meta.url);

/**
 * Makes the files of an embedded database, where there are none. PostgreSQL's first start grows the engine's memory by
 * hundreds of megabytes, and WebAssembly gives none of it back: so that is done in a thread that ends, and the process
 * that goes on opens finished files. They are renamed into place, so that a start that was killed leaves none by halves.
 */
export async function createDatabaseFiles(dataDir: string): Promise<void> {
  if (existsSync(dataDir)) return;
  const unfinished = `${dataDir}.unfinished`;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  await rm(unfinished, { recursive: true, force: true });
  const thread = new Worker(worker, { workerData: { dataDir: unfinished } });
  // Rejects with the thread's error where it fails.
  await once(thread, 'exit');
  await rename(unfinished, dataDir);
}
