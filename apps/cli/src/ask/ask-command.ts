import { Command } from 'commander';
import { DeltaJoin } from '@switchyard/queue';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { printReceipt } from './print-receipt.js';

export function askCommand(): Command {
  return withConnection(new Command('ask').description('one question through the running mesh, with its receipt').argument('<text>', 'the question'))
    .option('--conversation <id>', 'conversation that it belongs to')
    .option('--stream', 'print the answer as it comes')
    .action(async (text: string, options: ConnectOptions & { conversation?: string; stream?: true }) => {
      try {
        const said = new DeltaJoin();
        const onDelta = options.stream && !options.json ? (delta: string, epoch: number): void => void process.stdout.write(said.delta(epoch, delta)) : undefined;
        const answer = await connect(options).ask({ text, conversationId: options.conversation, onDelta });
        if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
        else process.stdout.write(`${onDelta ? said.reply(answer.text) : answer.text}\n${printReceipt(answer)}\n`);
        if (answer.outcome === 'failed' || answer.outcome === 'expired') process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
