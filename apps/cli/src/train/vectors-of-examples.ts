import { join } from 'node:path';
import type { IntentExample } from '@switchyard/intent';
import { embedTexts, type EmbeddedTexts } from '@switchyard/local-models';
import { findEmbedder, type EmbedderSettings } from '../client/find-embedder.js';

export interface EmbeddingSettings extends EmbedderSettings {
  /** Where vectors are kept: `DATA_DIR`. */
  readonly dataDirectory: string;
}

/**
 * The vectors of all examples.
 * @throws MeshError of the server where it does not answer or lacks the model; CONFIG_INVALID where it is not on site,
 * and nothing may leave
 */
export async function vectorsOfExamples(examples: readonly IntentExample[], { dataDirectory, ...settings }: EmbeddingSettings): Promise<EmbeddedTexts> {
  return embedTexts(await findEmbedder(settings), examples.map(({ text }) => text), join(dataDirectory, 'vectors'));
}
