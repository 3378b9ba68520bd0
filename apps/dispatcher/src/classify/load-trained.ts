import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { composeExamples } from '@switchyard/guardrail';
import { MODEL_FORMAT, labelledExamples, parseModel, type IntentExample, type IntentModel, type TrainingOptions } from '@switchyard/intent';
import type { Site } from '@switchyard/site';

const trainer = new URL('./train-intent-model.worker.js', import.meta.url);

/** The intent model of a site, kept by the site's version. */
export function loadIntentModel(site: Site, dataDirectory: string): Promise<IntentModel> {
  return loadTrained(dataDirectory, `intent-${MODEL_FORMAT}-${site.version}`, labelledExamples(site), { inScopeLoss: site.settings.intent.inScopeLoss });
}

/** The classifier of prompt injection, kept by what it is trained with. */
export function loadInjectionModel(dataDirectory: string): Promise<IntentModel> {
  const examples = composeExamples();
  const digest = createHash('sha256').update(JSON.stringify(examples)).digest('hex').slice(0, 16);
  return loadTrained(dataDirectory, `injection-${MODEL_FORMAT}-${digest}`, examples, {});
}

/**
 * A model that was trained before, or now. Training is deterministic, so what was trained once is kept under a name of
 * what it was trained with; a file that cannot be read, or is of another release, is trained anew. Training takes a
 * hundred megabytes for a few seconds, so it runs in a thread of its own, whose memory is given back.
 */
async function loadTrained(dataDirectory: string, name: string, examples: readonly IntentExample[], options: TrainingOptions): Promise<IntentModel> {
  const directory = join(dataDirectory, 'models');
  const file = join(directory, `${name}.bin`);
  try {
    return parseModel(await readFile(file));
  } catch {
    // Not there, or not readable: made now.
  }
  const thread = new Worker(trainer, { workerData: { examples, options } });
  const [bytes] = (await once(thread, 'message')) as [Uint8Array];
  await mkdir(directory, { recursive: true });
  // Renamed into place: instances that start together each write the same bytes, and none reads half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return parseModel(bytes);
}
