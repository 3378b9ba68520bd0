import { Command, InvalidArgumentError } from 'commander';
import { MeshError } from '@switchyard/errors';
import { withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import type { DeadLetter, OpenedDeadLetter, RedriveResult } from './dead-letter.js';
import { drawLetter, drawLetters, drawRedriven } from './draw-dead-letters.js';
import { runCall } from './run-call.js';

interface FilterOptions extends ConnectOptions {
  readonly queue?: string;
  readonly code?: string;
  readonly limit?: number;
}

const path = (id: string): string => `/v1/dead-letters/${encodeURIComponent(id)}`;

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

const withFilter = (command: Command): Command =>
  withConnection(command)
    .option('--queue <name>', 'those of this queue: dispatch, worker, retrieval, expert, ingest, audit or delivery')
    .option('--code <code>', 'those that failed with this code, such as MODEL_UNAVAILABLE')
    .option('--limit <number>', 'at most so many, the latest; up to 1000 (default: 100)', wholeNumber);

function listCommand(): Command {
  return withFilter(new Command('list').description('what failed for good, the latest first (this is what "dead-letters" alone does)')).action(async ({ queue, code, limit, ...options }: FilterOptions) => {
    const query = new URLSearchParams({ ...(queue === undefined ? {} : { queue }), ...(code === undefined ? {} : { code }), ...(limit === undefined ? {} : { limit: String(limit) }) });
    await runCall(options, (client) => client.call<{ deadLetters: DeadLetter[] }>('GET', `/v1/dead-letters?${query.toString()}`), ({ deadLetters }) => drawLetters(deadLetters));
  });
}

function showCommand(): Command {
  return withConnection(new Command('show').description('one of them: why it failed, what the job held, and every step of its request').argument('<id>', 'id of the dead letter'))
    .option('--reveal', 'show what the customer said, and not only how long it is; that you did is recorded')
    .action(async (id: string, { reveal, ...options }: ConnectOptions & { reveal?: true }) => {
      await runCall(options, (client) => client.call<OpenedDeadLetter>('GET', `${path(id)}${reveal ? '?reveal=true' : ''}`), drawLetter);
    });
}

function redriveCommand(): Command {
  return withFilter(new Command('redrive').description('tries them again, each as a new request with a new deadline; exit code 1 where one failed').argument('[id...]', 'ids of dead letters'))
    .option('--all', 'all that fit --queue and --code, up to --limit')
    .action(async (ids: string[], { all, queue, code, limit, ...options }: FilterOptions & { all?: true }) => {
      const isFiltered = queue !== undefined || code !== undefined || limit !== undefined;
      // What is to be tried again is said once and plainly: a filter that is passed over would try too much or too little.
      if (all ? ids.length > 0 : ids.length === 0 || isFiltered) {
        fail(new MeshError('REQUEST_INVALID', 'name either ids, or --all with what to filter by: --queue, --code, --limit'), options.json === true);
        return;
      }
      const result = await runCall(options, (client) => client.call<RedriveResult>('POST', '/v1/dead-letters/redrive', all ? { queue, code, limit } : { ids }), drawRedriven);
      if (result && result.failed.length > 0) process.exitCode = 1;
    });
}

/** What failed for good, and the way to try it again. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('what failed for good: list it, look into it, try it again; the key needs the scope "operate"')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(redriveCommand());
}
