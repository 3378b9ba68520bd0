import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { MeshError } from '@switchyard/errors';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';

/** Documents on their way at once: enough to keep the tier busy, few enough to stay a guest. */
const AT_ONCE = 4;

interface Found {
  readonly path: string;
  readonly id: string;
}

/** The files below the given paths; the id of a document is its path below the folder that was named. */
async function findFiles(paths: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of paths) {
    const entry = await stat(path).catch(() => {
      throw new MeshError('DOCUMENT_INVALID', `${path} does not exist`, { field: path });
    });
    if (!entry.isDirectory()) {
      found.push({ path, id: basename(path) });
      continue;
    }
    for (const file of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || file.name.startsWith('.')) continue;
      const full = join(file.parentPath, file.name);
      found.push({ path: full, id: join(basename(path), relative(path, dirname(full)), file.name).split(sep).join('/') });
    }
  }
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export function ingestCommand(): Command {
  return withConnection(new Command('ingest').description('documents into the knowledge base, with a progress bar').argument('<path...>', 'files or folders'))
    .requiredOption('--collection <name>', 'collection that they go into')
    .action(async (paths: string[], options: ConnectOptions & { collection: string }) => {
      try {
        const client = connect(options);
        const files = await findFiles(paths);
        const bar = options.json || !process.stderr.isTTY ? undefined : new SingleBar({ format: '{bar} {value}/{total} documents · {passages} passages · {eta_formatted} left', hideCursor: true });
        bar?.start(files.length, 0, { passages: 0 });
        const totals = { documents: 0, passages: 0, unchanged: 0, failed: [] as { path: string; code: string; reason: string }[] };
        const queue = [...files];
        const work = async (): Promise<void> => {
          for (let file = queue.shift(); file; file = queue.shift()) {
            try {
              const result = await client.upload(options.collection, file.id, basename(file.path), await readFile(file.path));
              totals.documents += 1;
              totals.passages += result.passages;
              if (result.state === 'unchanged') totals.unchanged += 1;
            } catch (error) {
              if (!MeshError.is(error) || error.code === 'QUEUE_UNAVAILABLE') throw error;
              totals.failed.push({ path: file.path, code: error.code, reason: error.detail });
            }
            bar?.increment(1, { passages: totals.passages });
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => bar?.stop());
        if (options.json) process.stdout.write(`${JSON.stringify(totals)}\n`);
        else {
          process.stdout.write(`${totals.documents} documents, ${totals.passages} passages (${totals.unchanged} unchanged), ${totals.failed.length} failed\n`);
          for (const one of totals.failed) process.stdout.write(`  ${one.path}: ${one.code}: ${one.reason}\n`);
        }
        if (totals.failed.length > 0) process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
