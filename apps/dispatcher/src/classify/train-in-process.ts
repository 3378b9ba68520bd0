import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { IntentExample, TrainingOptions } from '@switchyard/intent';

// The tests run the sources, everything else what was compiled from them.
const program = fileURLToPath(new URL(`./train-intent-model.process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

/** What the process is told to do. */
export interface TrainingOrder {
  readonly examples: readonly IntentExample[];
  readonly options: TrainingOptions;
}

/**
 * The bytes of a model's file. Training takes two hundred megabytes for a few seconds, of which threads leave half with
 * the process that they ran in; so it has one of its own, and all of it is given back.
 * @throws Error where the process ends without a model
 */
export function trainInProcess(examples: readonly IntentExample[], options: TrainingOptions): Promise<Uint8Array> {
  // Not this process's own flags: a small young generation is for a tier.
  const child = fork(program, { serialization: 'advanced', execArgv: [] });
  return new Promise<Uint8Array>((resolve, reject) => {
    child.once('message', (bytes) => { resolve(bytes as unknown as Uint8Array); });
    child.once('error', reject);
    child.once('exit', (code, signal) => { reject(new Error(`the training ended with ${code ?? signal} and no model`)); });
    child.send({ examples, options } satisfies TrainingOrder, (error) => { if (error) reject(error); });
  }).finally(() => child.kill());
}
