import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MODEL_FORMAT, labelledExamples, parseModel, type IntentModel } from '@switchyard/intent';
import type { Site } from '@switchyard/site';

const trainer = new URL('./train-intent-model.worker.js', import.meta.url);

/**
 * The intent model of a site. Training is deterministic, so what was trained once is kept by the site's version; a file
 * that cannot be read, or is of another release, is trained anew. Training takes a hundred megabytes for a few seconds, so
 * it runs in a thread of its own, whose memory is given back.
 */
export async function loadIntentModel(site: Site, dataDirectory: string): Promise<IntentModel> {
  const directory = join(dataDirectory, 'models');
  const file = join(directory, `intent-${MODEL_FORMAT}-${site.version}.bin`);
  try {
    return parseModel(await readFile(file));
  } catch {
    // Not there, or not readable: made now.
  }
  const thread = new Worker(trainer, { workerData: { examples: labelledExamples(site), options: { inScopeLoss: site.settings.intent.inScopeLoss } } });
  const [bytes] = (await once(thread, 'message')) as [Uint8Array];
  await mkdir(directory, { recursive: true });
  // Renamed into place: instances that start together each write the same bytes, and none reads half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return parseModel(bytes);
}
