import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { vi } from 'vitest';

export interface ToldGateway {
  /** What it was sent, as `METHOD path body`. */
  readonly asked: readonly string[];
  readonly url: string;
  stop(): Promise<void>;
}

/** An HTTP server that answers as a gateway is told to. */
export async function startToldGateway(answer: (method: string, path: string) => readonly [status: number, body: unknown]): Promise<ToldGateway> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`.trim());
      const [status, content] = answer(request.method ?? '', request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

export interface CommandRun {
  readonly out: string;
  readonly error: string;
  readonly exitCode: number;
}

/** Runs a command in this process, as `yard` does. What it prints comes without colours. */
export async function runCommand(command: Command, args: readonly string[]): Promise<CommandRun> {
  const printed = { out: '', error: '' };
  const catchInto = (name: 'out' | 'error') => (chunk: string | Uint8Array): boolean => {
    printed[name] += stripVTControlCharacters(String(chunk));
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write').mockImplementation(catchInto('out')), vi.spyOn(process.stderr, 'write').mockImplementation(catchInto('error'))];
  process.exitCode = 0;
  try {
    const yard = new Command('yard').enablePositionalOptions().addCommand(command);
    for (const one of [yard, command, ...command.commands]) one.exitOverride();
    await yard.parseAsync([command.name(), ...args], { from: 'user' });
  } catch {
    process.exitCode = 2;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const exitCode = process.exitCode;
  process.exitCode = 0;
  return { ...printed, exitCode };
}
