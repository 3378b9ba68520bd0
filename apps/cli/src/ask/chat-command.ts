import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { Command } from 'commander';
import type { GatewayClient } from '../client/gateway-client.js';
import { connect, withConnection, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';
import { printReceipt } from './print-receipt.js';

export function chatCommand(): Command {
  return withConnection(new Command('chat').description('an interactive conversation in the terminal; an empty line or Ctrl-D ends it'))
    .option('--conversation <id>', 'go on with a conversation', `chat-${randomUUID()}`)
    .action(async (options: ConnectOptions & { conversation: string }) => {
      let client: GatewayClient;
      try {
        client = connect(options);
      } catch (error) {
        fail(error, options.json === true);
        return;
      }
      const prompt = styleText('cyan', '> ');
      const lines = createInterface({ input: process.stdin, output: process.stdout, prompt });
      // Input that is not a terminal may have ended while an answer was on its way.
      let open = true;
      lines.once('close', () => (open = false));
      lines.prompt();
      for await (const line of lines) {
        if (line.trim() === '') break;
        try {
          const answer = await client.ask({ text: line, conversationId: options.conversation });
          process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : `${answer.text}\n${printReceipt(answer)}\n`);
        } catch (error) {
          fail(error, options.json === true);
        }
        if (open) lines.prompt();
      }
      lines.close();
    });
}
