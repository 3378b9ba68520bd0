import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TrainingResult, type TrainingMaterial } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { repositoryRoot } from '../../repository.js';

/** Makes examples of approved answers, in their order. */
export type WriteRows = (siteDirectory: string, materials: readonly TrainingMaterial[]) => Promise<TrainingResult[]>;

/** The worker's own program for it: the prompts of the examples are those that it sends. */
const PROGRAM = join(repositoryRoot(), 'apps', 'worker', 'bundle', 'write-training-rows.process.js');

/** @throws MeshError CONFIG_INVALID with what the program said where it fails */
export const writeRowsByWorker: WriteRows = async (siteDirectory, materials) => {
  const child = spawn(process.execPath, [PROGRAM, siteDirectory], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  // It may end before it has read all; what it said then is in its error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(materials.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new MeshError('CONFIG_INVALID', `the examples could not be made: ${error.trim().split('\n').find((line) => line.includes('Error')) ?? 'the program ended early'}`);
  return out.split('\n').filter((line) => line !== '').map((line) => TrainingResult.parse(JSON.parse(line)));
};
