import { Command, InvalidArgumentError } from 'commander';
import { withConnection, type ConnectOptions } from '../client/connect.js';
import { runCall } from '../operate/run-call.js';
import { terminalJson } from '../operate/terminal-text.js';

interface Variant {
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  readonly question: string;
  readonly state: 'ready' | 'lost';
}
interface VariantOptions extends ConnectOptions {
  readonly collection: string;
}

const MOST = 1_000;

function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > MOST) throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
  return Number(text);
}

/** A word that is no id would reach another route. */
function idFrom(text: string): string {
  if (!/^[0-9a-f]{24}$/.test(text)) throw new InvalidArgumentError('It must be 24 hex digits, as "yard variants list" prints them.');
  return text;
}

/** One line: the id that "remove" takes, the question, and where it leads. */
export const drawVariant = ({ id, question, documentId, title, state }: Variant): string => `${id}  ${terminalJson(question)} -> ${terminalJson(documentId)}, ${terminalJson(title)}${state === 'lost' ? '  LOST: no passage has this title now' : ''}`;

const withCollection = (command: Command): Command => withConnection(command).requiredOption('--collection <name>', 'collection of the documents');
const pathOf = (collection: string): string => `/v1/knowledge/${encodeURIComponent(collection)}/variants`;

const listCommand = (): Command =>
  withCollection(new Command('list').description('the variants of a collection, and where they lead (this is what "variants" alone does)'))
    .option('--document <id>', 'only those that lead to this document')
    .option('--limit <number>', 'at most so many, up to 1000', limitFrom, 100)
    .action(async ({ collection, document, limit, ...options }: VariantOptions & { document?: string; limit: number }) => {
      const of = document === undefined ? '' : `&documentId=${encodeURIComponent(document)}`;
      await runCall(options, (client) => client.call<{ variants: Variant[] }>('GET', `${pathOf(collection)}?limit=${limit}${of}`), ({ variants }) => (variants.length === 0 ? 'no variants' : variants.map(drawVariant).join('\n')));
    });

const addCommand = (): Command =>
  withCollection(new Command('add').description('who asks like this is led to the document from the next question on'))
    .argument('<question>', 'as a customer asked it; personal data that is found is left out')
    .requiredOption('--document <id>', 'the document that answers it')
    .option('--title <text>', 'the title of the passages there, or its end; needed where the document has several')
    .action(async (question: string, { collection, document, title, ...options }: VariantOptions & { document: string; title?: string }) => {
      await runCall(options, (client) => client.call<Variant>('POST', pathOf(collection), { question, documentId: document, ...(title === undefined ? {} : { title }) }), drawVariant);
    });

const removeCommand = (): Command =>
  withCollection(new Command('remove').description('takes one out').argument('<id>', 'id of the variant', idFrom)).action(async (id: string, { collection, ...options }: VariantOptions) => {
    await runCall(options, (client) => client.call('DELETE', `${pathOf(collection)}/${id}`), () => 'removed');
  });

/** Other wordings of questions that documents answer. */
export function variantsCommand(): Command {
  return new Command('variants')
    .description('other wordings of questions that documents answer, as customers used them; the key needs the scope "knowledge"')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(addCommand())
    .addCommand(removeCommand());
}
