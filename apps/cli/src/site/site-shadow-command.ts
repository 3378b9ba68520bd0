import { Command, InvalidArgumentError } from 'commander';
import { shadowRules } from '@switchyard/routing';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { drawShadow, type Shadow } from './draw-shadow.js';
import { readDecisions } from './read-decisions.js';
import { readSite } from './read-site.js';

const HOUR_MS = 3_600_000;

interface ShadowOptions extends ConnectOptions {
  readonly hours: number;
  readonly last: number;
}

function above0(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}(?:\.\d+)?$/.test(text) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function siteShadowCommand(): Command {
  return withConnection(new Command('shadow').description('asks the rules of a candidate site about recent traffic, and shows which decisions would be others').argument('<dir>', 'folder of the candidate site'))
    .option('--hours <number>', 'decisions of the last hours', above0, 24)
    .option('--last <number>', 'at most so many decisions, the latest', above0, 1_000)
    .addHelpText('after', `
The record holds facts and never the customers' words. So the rules are replayed, and not what reads words: intents, slots,
word lists and curated answers of the candidate are not asked, and a fact is what the site in force made of the message.
What would follow on a decision that goes elsewhere is not known. The key needs the scope "operate".`)
    .action(async (directory: string, options: ShadowOptions) => {
      try {
        // A broken candidate is told before anything is asked of the mesh.
        const site = await readSite(directory, options.data);
        const { decisions, expertCalls, costUsd } = await readDecisions(connect(options), { last: Math.ceil(options.last), since: Math.round(Math.max(0, Date.now() - options.hours * HOUR_MS)) });
        const report = shadowRules(decisions, site.rules);
        const perCallUsd = expertCalls === 0 || report.expert.before === 0 ? undefined : costUsd / report.expert.before;
        const cost = perCallUsd === undefined ? undefined : { perDecisionUsd: perCallUsd, beforeUsd: costUsd, afterUsd: perCallUsd * report.expert.after };
        const shadow: Shadow = { candidate: site.version, recordedSites: [...new Set(decisions.map(({ siteVersion }) => siteVersion))], ...report, ...(cost === undefined ? {} : { cost }) };
        process.stdout.write(options.json ? `${JSON.stringify(shadow)}\n` : `${drawShadow(shadow, options.hours)}\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
