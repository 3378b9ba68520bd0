import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { trainRouter } from '@switchyard/intent';
import { requireSite } from '@switchyard/site';
import type { Prices } from '../../eval/routing/quality-curve.js';
import { measureRouter, outcomesOf } from '../../eval/routing/measure-routing.js';
import { print, printPairs } from '../../eval/routing/print-pairs.js';
import { fail } from '../../output.js';
import { readOutcomes } from './read-outcomes.js';
import type { ScoreAll } from './score-outcomes.js';
import { chooseSettings } from './validate-router.js';

interface RouterOptions {
  readonly data: string;
  readonly site: string;
  readonly out?: string;
  readonly json?: true;
}

/** What answers cost at a site; undefined where `site.yaml` does not say. */
async function pricesOf(directory: string): Promise<Prices | undefined> {
  // The router in force may be of another release: it is about to be replaced.
  const files = new Map([...(await readSiteFolder(directory))].filter(([path]) => path !== 'router.json' && !path.startsWith('rules/')));
  const { router } = requireSite(files).settings;
  return router && { weakUsd: router.localAnswerUsd, strongUsd: router.expertAnswerUsd, wrongUsd: router.wrongAnswerUsd };
}

export function trainRouterCommand(scoreAll: ScoreAll): Command {
  return new Command('router')
    .description("trains the site's router, which tells what the local model suffices for from what is worth the expert, on logged outcomes; prints what it recovers of the gap between the models on subjects that it did not see, beside the length of a question")
    .requiredOption('--data <file>', 'logged outcomes, JSON lines: {"text", "local": 0|1, "expert": 0|1, "subject"?}')
    .option('--site <dir>', 'folder of the site', process.env['SITE_DIR'] ?? 'deploy/sites/shop')
    .option('--out <file>', 'write the router here; default: router.json of the site')
    .option('--json', 'print JSON')
    .addHelpText('after', '\n1: the answer of that model was right. The report calls the local model the weak one, and the expert the strong one. Rows without a subject are judged as if each twentieth of them were one.\nRules ask for router.gain, router.savesUsd, router.localRight and router.expertRight once the site has router.json.')
    .action(async ({ data, site, out = join(site, 'router.json'), json }: RouterOptions) => {
      try {
        const prices = await pricesOf(site);
        const rows = await readOutcomes(data);
        const report = await measureRouter({ rows, file: data }, prices, scoreAll);
        const outcomes = outcomesOf(rows);
        const settings = await chooseSettings(outcomes, scoreAll);
        const file = JSON.stringify(trainRouter(outcomes, settings));
        await writeFile(out, file);
        if (json) {
          print(JSON.stringify({ ...report, trainedWith: settings, bytes: file.length, file: out }));
          return;
        }
        printPairs(report);
        if (!prices) print('site.yaml names no prices (router.wrongAnswer, router.expertAnswer): what is worth the expert is left to the rules, by router.gain');
        print(`trained on all ${rows.length} rows, ${(file.length / 1_024).toFixed(0)} KiB, written to ${out}`);
      } catch (error) {
        fail(error, json === true);
      }
    });
}
