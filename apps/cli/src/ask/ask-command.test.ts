import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../__fixtures__/run-command.js';
import { askCommand } from './ask-command.js';

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => void (server?.close(() => resolve()) ?? resolve())));

/** A gateway whose answer comes in these pieces, and then as this reply. */
async function gateway(deltas: readonly (readonly [epoch: number, text: string])[], reply: string): Promise<string> {
  const events = [...deltas.map(([epoch, text]) => ['delta', { epoch, text }] as const), ['reply', { outcome: 'answered', reply }] as const];
  server = createServer((request, response) => {
    if (request.method === 'POST') response.writeHead(202, { 'content-type': 'application/json' }).end('{"requestId":"r"}');
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('yard ask --stream', () => {
  it.each<[string, [number, string][], string, string]>([
    ['the pieces of the answer', [[1, 'Good '], [1, 'day.']], 'Good day.', 'Good day.\n'],
    ['the reply where no piece came', [], 'Good day.', 'Good day.\n'],
    ['the reply, apart, that another answer became', [[1, 'It costs ']], 'A colleague takes over.', 'It costs \n\nA colleague takes over.\n'],
    ['no piece of a run that took over', [[1, 'Good '], [2, 'Good day.']], 'Good day.', 'Good day.\n'],
  ])('prints %s', async (_title, deltas, reply, printed) => {
    const { out, exitCode } = await runCommand(askCommand(), ['hi', '--stream', '--url', await gateway(deltas, reply), '--key', 'k']);
    expect([out.startsWith(printed), exitCode, out]).toEqual([true, 0, expect.any(String)]);
  });

  it('prints the reply alone where nothing is to be streamed', async () => {
    const { out } = await runCommand(askCommand(), ['hi', '--url', await gateway([[1, 'It costs ']], 'A colleague takes over.'), '--key', 'k']);
    expect(out).toMatch(/^A colleague takes over\.\n/);
  });
});
