import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_FORMAT, labelledExamples, parseModel, serialiseModel, trainIntentModel, type IntentModel } from '@switchyard/intent';
import type { Site } from '@switchyard/site';

/**
 * The intent model of a site. Training is deterministic, so what was trained once is kept by the site's version; a file
 * that cannot be read, or is of another release, is trained anew.
 */
export async function loadIntentModel(site: Site, dataDirectory: string): Promise<IntentModel> {
  const directory = join(dataDirectory, 'models');
  const file = join(directory, `intent-${MODEL_FORMAT}-${site.version}.bin`);
  try {
    return parseModel(await readFile(file));
  } catch {
    // Not there, or not readable: made now.
  }
  const model = trainIntentModel(labelledExamples(site), { inScopeLoss: site.settings.intent.inScopeLoss });
  await mkdir(directory, { recursive: true });
  // Renamed into place: instances that start together each write the same bytes, and none reads half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, serialiseModel(model));
  await rename(partial, file);
  return model;
}
