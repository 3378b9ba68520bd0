import { stat } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { connect, urlOf, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { findFiles, folderName } from './find-files.js';
import { ingestFiles, removeVanished, type IngestOptions } from './ingest-files.js';
import { IngestManifest } from './ingest-manifest.js';

interface Options extends ConnectOptions {
  readonly collection: string;
  readonly sync?: true;
  readonly again?: true;
}

async function prefixesOf(paths: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (const path of paths) if ((await stat(path)).isDirectory()) folders.push(`${folderName(path)}/`);
  return folders;
}

export function ingestCommand(): Command {
  return withConnection(new Command('ingest').description('documents into the knowledge base, with a progress bar: md, html, txt, csv, tsv, pdf, docx, xlsx').argument('<path...>', 'files or folders'))
    .requiredOption('--collection <name>', 'collection that they go into')
    .option('--sync', 'also take out documents whose files vanished from the folders since they were brought in from here')
    .option('--again', 'upload files as well that did not change since they were brought in')
    .addHelpText('after', '\nA run that was broken off goes on where it was when it is started again. The exit code is 1 where a file failed; each is named with its reason.')
    .action(async (paths: string[], given: Options) => {
      try {
        const client = connect(given);
        const files = await findFiles(paths);
        const bar = given.json || !process.stderr.isTTY ? undefined : new SingleBar({ format: '{bar} {value}/{total} documents · {passages} passages · {failed} failed · {eta_formatted} left', hideCursor: true });
        const options: IngestOptions = {
          client,
          collection: given.collection,
          manifest: IngestManifest.open(given.data, urlOf(given), given.collection),
          again: given.again === true,
          onProgress: ({ documents, passages, failed }) => bar?.update(documents + failed.length, { passages, failed: failed.length }),
        };
        bar?.start(files.length, 0, { passages: 0, failed: 0 });
        const totals = await ingestFiles(files, options).finally(() => bar?.stop());
        const ids = new Set(files.map(({ id }) => id));
        if (given.sync) for (const prefix of await prefixesOf(paths)) totals.removed += await removeVanished(options.manifest.vanished(prefix, ids), options);
        if (given.json) process.stdout.write(`${JSON.stringify(totals)}\n`);
        else {
          process.stdout.write(`${totals.documents} documents, ${totals.passages} passages (${totals.unchanged} unchanged), ${given.sync ? `${totals.removed} removed, ` : ''}${totals.failed.length} failed\n`);
          for (const one of totals.failed) process.stdout.write(`  ${one.path}: ${one.code}: ${one.reason}\n`);
        }
        if (totals.failed.length > 0) process.exitCode = 1;
      } catch (error) {
        fail(error, given.json === true);
      }
    });
}
