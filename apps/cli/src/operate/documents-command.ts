import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { DocumentState, type DocumentStatus, type ListDocumentsResult } from '@switchyard/contracts';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { terminalText } from './terminal-text.js';

/** Documents that are asked for at once. */
const PAGE = 500;

interface Options extends ConnectOptions {
  readonly collection: string;
  readonly state?: DocumentState;
}

const COLOURS = { ready: 'green', waiting: 'yellow', indexing: 'yellow', failed: 'red' } as const;

function drawDocument({ documentId, passages, updatedAt, state = 'ready', error }: DocumentStatus): string {
  return `${styleText(COLOURS[state], state.padEnd(8))}  ${updatedAt.slice(0, 19).replace('T', ' ')}  ${String(passages).padStart(6)}  ${terminalText(documentId)}${error ? `  ${error.code}: ${terminalText(error.reason)}` : ''}`;
}

/** Lists the documents of a collection as their pages come, so that any number of them may be there. */
export function documentsCommand(): Command {
  return withConnection(new Command('documents').description('documents of a collection: those on their way and those that failed, then the others; the key needs the scope "knowledge"'))
    .requiredOption('--collection <name>', 'collection that they are in')
    .addOption(new Option('--state <state>', 'only those in this state').choices(DocumentState.options))
    .addHelpText('after', '\nA line a document: state, when (UTC), passages, id; with --json each as JSON.')
    .action(async ({ collection, state, ...options }: Options) => {
      try {
        const client = connect(options);
        for (let cursor: string | undefined; ; ) {
          const query = new URLSearchParams({ limit: String(PAGE), ...(state === undefined ? {} : { state }), ...(cursor === undefined ? {} : { cursor }) });
          const { documents, next } = await client.call<ListDocumentsResult>('GET', `/v1/knowledge/${encodeURIComponent(collection)}/documents?${query.toString()}`);
          for (const document of documents) process.stdout.write(`${options.json ? JSON.stringify(document) : drawDocument(document)}\n`);
          if (next === undefined) return;
          cursor = next;
        }
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
