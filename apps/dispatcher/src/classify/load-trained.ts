import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { composeExamples } from '@switchyard/guardrail';
import { MODEL_FORMAT, labelledExamples, parseModel, requireEmbedder, type IntentModel } from '@switchyard/intent';
import { embedTexts } from '@switchyard/local-models';
import type { Site } from '@switchyard/site';
import { trainInProcess } from './train-in-process.js';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export interface IntentTraining {
  readonly embedder?: Embedder | undefined;
  /** Told why the sentences have no vectors, where the embedder fails. */
  readonly onProblem?: (problem: MeshError) => void;
  /** Gives the bytes of a model's file. Default: made in a process of its own. */
  readonly train?: Train;
}

/** The intent model of a site, kept by the site's version, and by the embedder where there is one that works. */
export async function loadIntentModel(site: Site, dataDirectory: string, { embedder, onProblem, train = trainInProcess }: IntentTraining = {}): Promise<IntentModel> {
  const examples = labelledExamples(site);
  const name = `intent-${MODEL_FORMAT}-${site.version}`;
  const options = { inScopeLoss: site.settings.intent.inScopeLoss };
  if (embedder) {
    const trainWithVectors = async (): Promise<Uint8Array> => train(examples, { ...options, vectors: await embedTexts(embedder, examples.map(({ text }) => text), join(dataDirectory, 'vectors')) });
    try {
      return await loadTrained(dataDirectory, `${name}-${digestOf(embedder.fingerprint)}`, trainWithVectors, embedder.fingerprint);
    } catch (error) {
      if (!MeshError.is(error) || !error.code.startsWith('MODEL_')) throw error;
      onProblem?.(error);
    }
  }
  return loadTrained(dataDirectory, name, () => train(examples, options));
}

/** The classifier of prompt injection, kept by what it is trained with. */
export function loadInjectionModel(dataDirectory: string): Promise<IntentModel> {
  const examples = composeExamples();
  return loadTrained(dataDirectory, `injection-${MODEL_FORMAT}-${digestOf(JSON.stringify(examples))}`, () => trainInProcess(examples, { linear: true }));
}

type Train = typeof trainInProcess;

/**
 * A model that was trained before, or now. Training is deterministic, so what was trained once is kept under a name of
 * what it was trained with; a file that cannot be read, or is of another release, is trained anew.
 */
async function loadTrained(dataDirectory: string, name: string, train: () => Promise<Uint8Array>, fingerprint?: string): Promise<IntentModel> {
  const directory = join(dataDirectory, 'models');
  const file = join(directory, `${name}.bin`);
  try {
    const model = parseModel(await readFile(file));
    requireEmbedder(model, fingerprint);
    return model;
  } catch {
    // Not there, not readable, or of another embedder: made now.
  }
  const bytes = await train();
  await mkdir(directory, { recursive: true });
  // Renamed into place: instances that start together each write the same bytes, and none reads half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return parseModel(bytes);
}
