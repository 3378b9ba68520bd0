import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInThreads } from './run-in-threads.js';

const PROGRAM = `
import { parentPort, workerData } from 'node:worker_threads';
if (workerData === 'throws') throw new Error('broken inside');
if (workerData !== 'silent') parentPort.postMessage(workerData * 2);
`;

describe('runInThreads', () => {
  let directory: string;
  let program: URL;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'threads-'));
    await writeFile(join(directory, 'double.mjs'), PROGRAM);
    program = pathToFileURL(join(directory, 'double.mjs'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each([1, 2, 8])('gives the results in the order of the inputs, with %d threads', async (threads) => {
    expect(await runInThreads(program, [1, 2, 3, 4, 5], threads)).toEqual([2, 4, 6, 8, 10]);
  });

  it('has nothing to do without inputs', async () => {
    expect(await runInThreads(program, [])).toEqual([]);
  });

  it('fails with what a program throws, and where one ends without a word', async () => {
    await expect(runInThreads(program, [1, 'throws', 3], 2)).rejects.toThrow('broken inside');
    await expect(runInThreads(program, ['silent'])).rejects.toThrow('no message');
  });
});
