import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { readSiteFolder } from '@switchyard/config';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { runCall } from '../operate/run-call.js';
import { fail } from '../output.js';
import { siteDirectoryOf } from '../site/read-site.js';
import { drawVariant } from '../variants/variants-command.js';
import { drawReview, drawReviews } from './draw-reviews.js';
import { exportAnswers, REVIEWED_PATH } from './export-answers.js';
import type { Review } from './review.js';

const MOST = 1_000;

function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > MOST) throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
  return Number(text);
}

/** A word that is no id would reach another route. */
function idFrom(text: string): string {
  if (!/^[0-9a-f]{24}$/.test(text)) throw new InvalidArgumentError('It must be 24 hex digits, as "yard reviews list" prints them.');
  return text;
}

const withId = (name: string, description: string): Command => withConnection(new Command(name).description(description).argument('<id>', 'id of the review', idFrom));

function listCommand(): Command {
  return withConnection(new Command('list').description('answers for review, those first whose question is asked most often (this is what "reviews" alone does)'))
    .addOption(new Option('--state <state>', 'which of them').choices(['pending', 'approved', 'rejected']).default('pending'))
    .option('--limit <number>', 'at most so many, up to 1000', limitFrom, 100)
    .action(async ({ state, limit, ...options }: ConnectOptions & { state: string; limit: number }) => {
      await runCall(options, (client) => client.call<{ reviews: Review[] }>('GET', `/v1/reviews?state=${state}&limit=${limit}`), ({ reviews }) => drawReviews(reviews));
    });
}

const showCommand = (): Command =>
  withId('show', 'one of them: question, answer, sources, who decided').action(async (id: string, options: ConnectOptions) => {
    await runCall(options, (client) => client.call<Review>('GET', `/v1/reviews/${id}`), drawReview);
  });

const approveCommand = (): Command =>
  withId('approve', 'it is given to whoever asks the same from now on')
    .option('--answer <text>', 'with these words in place of the expert\'s')
    .action(async (id: string, { answer, ...options }: ConnectOptions & { answer?: string }) => {
      await runCall(options, (client) => client.call<Review>('POST', `/v1/reviews/${id}/approve`, answer === undefined ? {} : { answer }), drawReview);
    });

const rejectCommand = (): Command =>
  withId('reject', 'it is not given, or not any more, and not offered again before it expires').action(async (id: string, options: ConnectOptions) => {
    await runCall(options, (client) => client.call<Review>('POST', `/v1/reviews/${id}/reject`), drawReview);
  });

const variantCommand = (): Command =>
  withId('variant', 'a document answers its question: who asks like this is led there from now on')
    .requiredOption('--document <id>', 'the document that answers it')
    .option('--title <text>', 'the title of the passages there, or its end; needed where the document has several')
    .option('--collection <name>', 'of the document (default: the tenant\'s own)')
    .action(async (id: string, { document, title, collection, ...options }: ConnectOptions & { document: string; title?: string; collection?: string }) => {
      const body = { documentId: document, ...(title === undefined ? {} : { title }), ...(collection === undefined ? {} : { collection }) };
      await runCall(options, (client) => client.call<Parameters<typeof drawVariant>[0]>('POST', `/v1/reviews/${id}/variant`, body), drawVariant);
    });

function exportCommand(): Command {
  return withConnection(new Command('export').description(`writes approved answers into the site, ${REVIEWED_PATH}, so that they are part of its version`))
    .option('--site <dir>', 'the site (default: of the mesh that runs, else $SITE_DIR, else the sample)')
    .addHelpText('after', `
What the file holds already stays as it is. A site's answers are given to all of its tenants: read the file before it is put in
force. Nothing is written where the site would not be valid with it.`)
    .action(async ({ site, ...options }: ConnectOptions & { site?: string }) => {
      try {
        const { reviews } = await connect(options).call<{ reviews: Review[] }>('GET', `/v1/reviews?state=approved&limit=${MOST}`);
        const directory = resolve(siteDirectoryOf(site, options.data));
        const added = await exportAnswers(directory, await readSiteFolder(directory), reviews);
        if (options.json) process.stdout.write(`${JSON.stringify({ file: REVIEWED_PATH, added })}\n`);
        else process.stdout.write(added.length === 0 ? 'nothing new to write\n' : `${REVIEWED_PATH}: ${added.length} added; translate what stands in one language only, then "yard site check"\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}

/** Answers of the expert that people decide on. */
export function reviewsCommand(): Command {
  return new Command('reviews')
    .description('answers of the expert for review: approved ones are given without it from then on; the key needs the scope "operate"')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(approveCommand())
    .addCommand(rejectCommand())
    .addCommand(variantCommand())
    .addCommand(exportCommand());
}
