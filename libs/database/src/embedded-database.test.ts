import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '@switchyard/telemetry';
import { openDatabase } from './open-database.js';

// A fresh database inside the process takes seconds to make when the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const logger = createLogger('database-test', 'silent');
const fixture = (name: string): string => fileURLToPath(new URL(`__fixtures__/${name}`, import.meta.url));
let directory: string;
let child: ChildProcess | undefined;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'switchyard-db-'))));
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(directory, { recursive: true, force: true });
});

/** Another process that has the database open and has written 500 rows, each acknowledged. */
async function startHolder(): Promise<ChildProcess> {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', '--conditions=@switchyard/source', `--import=${fixture('type-stripping.mjs')}`];
  child = spawn(process.execPath, [...flags, fixture('hold-database.ts'), directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the holder ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), ended]);
  return child;
}

it('is refused to a second process, by name and with what to do', async () => {
  await startHolder();
  await expect(openDatabase({ directory, logger })).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    detail: `${directory} is in use by another process; set DATABASE_URL to a PostgreSQL to run several auditors`,
  });
});

it('is taken over from a process that was killed, with every row that was acknowledged', async () => {
  const holder = await startHolder();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const database = await openDatabase({ directory, logger });
  expect(await database.query('SELECT count(*) AS count, max(at) AS last FROM kept')).toEqual([{ count: 500, last: 500 }]);
  await database.close();
});

it('is refused to the same process while it is open, and given to it afterwards', async () => {
  const first = await openDatabase({ directory, logger });
  await expect(openDatabase({ directory, logger })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await first.query('CREATE TABLE kept (at bigint)');
  await first.close();
  const second = await openDatabase({ directory, logger });
  expect(await second.query('SELECT * FROM kept')).toEqual([]);
  await second.close();
});

it('starts over where an earlier process died while it made the files', async () => {
  await mkdir(join(directory, 'pgdata.unfinished'));
  await writeFile(join(directory, 'pgdata.unfinished', 'half'), '');
  const database = await openDatabase({ directory, logger });
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.close();
  expect((await readdir(directory)).toSorted((a, b) => a.localeCompare(b))).toEqual(['lock', 'pgdata']);
});

it('says which directory cannot be used', async () => {
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  await expect(openDatabase({ directory: file, logger })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', detail: expect.stringContaining(file) });
});
