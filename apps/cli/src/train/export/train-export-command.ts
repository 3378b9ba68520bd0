import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { TrainingMaterial, TrainingResult } from '@switchyard/contracts';
import { connect, withConnection, type ConnectOptions } from '../../client/connect.js';
import { evaluateSite } from '../../eval/site/run-conversations.js';
import { fail } from '../../output.js';
import { readSite, siteDirectoryOf } from '../../site/read-site.js';
import { SAMPLE_KEY } from '../../up/start-mesh.js';
import { readRunState } from '../../up/run-state.js';
import { gatherReviews } from './gather-reviews.js';
import { gatherTests } from './gather-tests.js';
import { whoseKey } from './whose.js';
import type { WriteRows } from './write-rows.js';

interface Options extends ConnectOptions {
  readonly out: string;
  readonly site?: string;
  readonly tests?: true;
}

/** One answer for a question: what was gathered first stands. */
function withoutRepeats(materials: readonly TrainingMaterial[]): TrainingMaterial[] {
  const seen = new Set<string>();
  return materials.filter(({ language, question, turns }) => {
    const key = JSON.stringify([language, question.trim(), turns.map(({ text }) => text)]);
    return !seen.has(key) && seen.add(key);
  });
}

function summaryOf(results: readonly TrainingResult[]): { examples: number; masked: number; refused: Record<string, number> } {
  const refused: Record<string, number> = {};
  for (const one of results) if ('refused' in one) refused[one.refused] = (refused[one.refused] ?? 0) + 1;
  const rows = results.filter((one) => 'messages' in one);
  return { examples: rows.length, masked: rows.filter(({ masked }) => masked > 0).length, refused };
}

/** Approved answers as a set to fine-tune the local model with. */
export function trainExportCommand(writeRows: WriteRows): Command {
  return withConnection(new Command('export').description("writes approved answers as examples to fine-tune the local model with: JSON lines of the messages that the worker sends, and the object that it asks for; the key needs the scopes 'operate' and 'knowledge'"))
    .requiredOption('--out <file>', 'the file to write')
    .option('--site <dir>', 'the site of the mesh (default: of the mesh that runs, else $SITE_DIR, else the sample)')
    .option('--tests', "also the site's test conversations: each is asked of the mesh, and answers that come out as expected are taken where a test tells of their text (contains, containsAny, cites)")
    .addHelpText('after', `
Taken are answers of the expert that people approved ("yard reviews"). Personal data is replaced by placeholders; an example in which
it might not be, and one that the worker itself would not give (a sentence that no passage bears out, a word of the site's lists),
is left out and counted. The file holds customers' questions: it is readable by its owner only.`)
    .action(async ({ out, tests, ...options }: Options) => {
      try {
        const site = await readSite(options.site, options.data);
        const directory = resolve(siteDirectoryOf(options.site, options.data));
        const whose = whoseKey(site, options.key ?? SAMPLE_KEY);
        const client = connect(options);
        const reviewed = await gatherReviews(client, whose);
        const environment = { ...process.env, ...readRunState(options.data)?.environment };
        const tested = tests ? await gatherTests(client, site, await evaluateSite(client, site, environment, () => undefined), whose) : [];
        const results = await writeRows(directory, withoutRepeats([...reviewed, ...tested]));
        const summary = summaryOf(results);
        const rows = results.flatMap((one) => ('messages' in one ? [`${JSON.stringify({ messages: one.messages })}\n`] : []));
        // Whole or not at all, and never open to others.
        await writeFile(`${out}.new`, rows.join(''), { mode: 0o600 });
        await rename(`${out}.new`, out);
        if (options.json) process.stdout.write(`${JSON.stringify({ file: out, reviews: reviewed.length, tests: tested.length, ...summary, leftOut: results.flatMap((one) => ('refused' in one ? [one] : [])) })}\n`);
        else {
          process.stdout.write(`${out}: ${summary.examples} examples of ${reviewed.length} reviews and ${tested.length} test answers, ${summary.masked} with personal data masked\n`);
          for (const [reason, count] of Object.entries(summary.refused)) process.stdout.write(`  left out: ${count} (${reason})\n`);
        }
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
