import { MeshError } from '@switchyard/errors';

/** @throws MeshError INTERNAL always */
function refuse(): never {
  throw new MeshError('INTERNAL', 'a model was given to the SDK by its name, and not as the object of a provider');
}

/**
 * The SDK looks a model that it is given as a string up at its own gateway, and so sends the prompt to a third party. From
 * now on nobody in this process can: what it would ask there refuses. Types and `tools/boundaries.mjs` refuse it before.
 */
export function refuseModelNames(): void {
  globalThis.AI_SDK_DEFAULT_PROVIDER = { specificationVersion: 'v4', languageModel: refuse, embeddingModel: refuse, imageModel: refuse };
}
