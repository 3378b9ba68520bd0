import { Command, Option } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { requireSite } from '@switchyard/site';
import { fail } from '../output.js';
import { addToSite, drawTools, fileNameOf } from './add-to-site.js';
import { NotTaken } from './openapi/document.js';
import type { Imported } from './openapi/import-operations.js';
import { readDocument } from './openapi/read-document.js';

interface ImportCommandOptions {
  readonly site?: string;
  readonly only?: readonly string[];
  readonly network: 'public' | 'private';
  readonly json?: true;
}

const listFrom = (text: string): string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '');

async function imported(from: string, document: unknown, source: URL | undefined, taken: ReadonlySet<string>, { only, network }: ImportCommandOptions): Promise<Imported> {
  // Read when it is needed: the checker of schemas would slow every other command.
  const { importOperations } = await import('./openapi/import-operations.js');
  try {
    return importOperations(document, { source, only, isPrivate: network === 'private', taken });
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    throw new MeshError('REQUEST_INVALID', `${from} ${error.pointer}: ${error.message}`, { cause: error });
  }
}

export function toolsImportCommand(): Command {
  return new Command('import')
    .description('makes tools of the operations of an OpenAPI 3.0 or 3.1 document; exit code 1 where there is none that can be taken')
    .argument('<openapi>', 'file or address of the document, JSON or YAML')
    .option('--site <dir>', 'add them to this site, in tools/<title>.yaml; without it they are printed')
    .option('--only <names>', 'only these operations (operationId, separated by commas)', listFrom)
    .addOption(new Option('--network <kind>', 'where the tools may lead').choices(['public', 'private']).default('public'))
    .option('--json', 'print JSON')
    .addHelpText('after', `
GET and HEAD only read; all else has an effect, and is called only after a customer's yes. Keys and passwords are references to
environment variables, which are named at the end. What cannot be taken over is named with its place in the document, and the
rest goes on. No operation is offered to the local model: give a tool "intents" for that, once you have read what its document says.`)
    .action(async (from: string, options: ImportCommandOptions) => {
      try {
        const { document, source } = await readDocument(from);
        const files = options.site === undefined ? undefined : await readSiteFolder(options.site);
        const taken = new Set(files ? requireSite(files).tools.keys() : []);
        const { title, tools, variables, problems } = await imported(from, document, source, taken, options);
        const origin = `"${title}" (${source?.href ?? from.split(/[/\\]/u).at(-1) ?? from})`;
        const file = options.site !== undefined && files && tools.length > 0 ? await addToSite(options.site, files, fileNameOf(title), tools, origin) : undefined;
        if (options.json) process.stdout.write(`${JSON.stringify({ ...(file === undefined ? { tools } : { file, tools: tools.map(({ name }) => name) }), variables, problems })}\n`);
        else {
          if (file !== undefined) process.stdout.write(`${file}: ${tools.map(({ name }) => name).join(', ')}\n`);
          else if (tools.length > 0) process.stdout.write(drawTools(tools, origin));
          for (const { pointer, reason } of problems) process.stderr.write(`${from} ${pointer}: ${reason}\n`);
          if (variables.length > 0) process.stderr.write(`needs in the worker's environment: ${variables.join(', ')}\n`);
        }
        if (tools.length === 0) process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
