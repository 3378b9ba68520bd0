import { styleText } from 'node:util';
import { Command } from 'commander';
import type { AuditEvent } from '@switchyard/contracts';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';

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

export function explainCommand(): Command {
  return withConnection(new Command('explain').description('every step of a request: what was screened, the intent, the rule, tools, documents, times').argument('<id>', 'request id')).action(
    async (id: string, options: ConnectOptions) => {
      try {
        const explanation = await connect(options).explain(id);
        process.stdout.write(options.json ? `${JSON.stringify(explanation)}\n` : `${timeline(explanation.steps)}\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    },
  );
}
