import type { GatewayClient } from '../client/gateway-client.js';
import { connect, type ConnectOptions } from '../client/connect.js';
import { fail } from '../output.js';

/** One call of the gateway, its answer drawn or, with `--json`, as it came. @returns the answer, undefined where it failed */
export async function runCall<Answer>(options: ConnectOptions, call: (client: GatewayClient) => Promise<Answer>, draw: (answer: Answer) => string): Promise<Answer | undefined> {
  try {
    const answer = await call(connect(options));
    process.stdout.write(`${options.json ? JSON.stringify(answer) : draw(answer)}\n`);
    return answer;
  } catch (error) {
    fail(error, options.json === true);
    return undefined;
  }
}
