import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from './__fixtures__/run-command.js';
import { benchCommand } from './bench/bench-command.js';
import { fail } from './output.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
});
afterAll(() => rm(folder, { recursive: true }));

const writing = (to: string): Command =>
  new Command('write').action(async () => {
    try {
      await writeFile(to, 'text');
    } catch (error) {
      fail(error, true);
    }
  });

it('names a file that cannot be written, with a code and a reason', async () => {
  for (const [file, reason] of [[join(folder, 'no', 'model.bin'), 'there is no such file, or no such folder to write it in'], [folder, 'is a folder']] as const) {
    const { error, exitCode } = await runCommand(writing(file), []);
    expect(exitCode).toBe(1);
    expect(JSON.parse(error)).toEqual({ error: { code: 'CONFIG_INVALID', message: expect.stringContaining(`${file}: ${reason}`) as string } });
  }
});

it('tells of a program that cannot be started as the system does', async () => {
  const starting = new Command('start').action(async () => {
    try {
      await promisify(execFile)(join(folder, 'no-program'));
    } catch (error) {
      fail(error, true);
    }
  });
  const { error } = await runCommand(starting, []);
  expect(JSON.parse(error)).toEqual({ error: { message: `spawn ${join(folder, 'no-program')} ENOENT` } });
});

it('a benchmark is not begun with a number that is none', async () => {
  for (const [option, value] of [['--answers', 'no'], ['--rounds', '0'], ['--rate', '-1'], ['--seconds', 'Infinity']] as const) {
    const command = benchCommand().exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(command.parseAsync(['mesh', option, value], { from: 'user' })).rejects.toMatchObject({ code: 'commander.invalidArgument', message: expect.stringContaining(option) as string });
  }
});
