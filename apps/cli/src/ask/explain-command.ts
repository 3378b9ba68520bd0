import { styleText } from 'node:util';
import { Command } from 'commander';
import type { AuditEvent } from '@switchyard/contracts';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { readSite } from '../site/read-site.js';
import { fail } from '../output.js';
import { drawReplays, replayRequest } from './replay-request.js';

function plain(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  return JSON.stringify(value);
}

/** One line a step: when, by which tier, what, and the facts that it recorded. */
export function timeline(steps: readonly AuditEvent[]): string {
  const start = steps[0]?.at ?? 0;
  return steps
    .map((step) => {
      const at = `+${step.at - start} ms`.padStart(9);
      const again = step.attempt > 1 ? styleText('yellow', ` (attempt ${step.attempt})`) : '';
      const facts = Object.entries(step.facts).map(([name, value]) => `${name} ${plain(value)}`);
      return `${at}  ${styleText('bold', step.tier.padEnd(10))} ${step.step.padEnd(14)}${again} ${styleText('gray', facts.join(' · '))}`;
    })
    .join('\n');
}

interface ExplainOptions extends ConnectOptions {
  readonly replay?: true;
  readonly site?: string;
}

export function explainCommand(): Command {
  return withConnection(new Command('explain').description('every step of a request: what was screened, the intent, the rule, tools, documents, times').argument('<id>', 'request id'))
    .option('--replay', "ask the rules again with the recorded facts, and say whether they decide the same; exit code 1 where the site's version is that of then and they do not")
    .option('--site <dir>', 'with --replay: folder of the site whose rules are asked (default: of the running mesh)')
    .action(async (id: string, options: ExplainOptions) => {
      try {
        const explanation = await connect(options).explain(id);
        if (!options.replay) {
          process.stdout.write(options.json ? `${JSON.stringify(explanation)}\n` : `${timeline(explanation.steps)}\n`);
          return;
        }
        const replayed = replayRequest(explanation.steps, await readSite(options.site, options.data));
        process.stdout.write(options.json ? `${JSON.stringify(replayed)}\n` : `${drawReplays(replayed)}\n`);
        if (replayed.decisions.some(({ sameSite, verdict }) => sameSite && verdict !== 'same')) process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
