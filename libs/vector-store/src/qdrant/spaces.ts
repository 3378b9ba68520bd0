import type { KnowledgeSpace } from '@switchyard/contracts';
import type { Home } from './collections.js';
import { vectorName } from './passage-points.js';
import type { QdrantCalls } from './qdrant-calls.js';

/** Makes room for the vectors of a model, unless there is. */
export async function addSpace(calls: QdrantCalls, { passages }: Home, space: KnowledgeSpace): Promise<void> {
  const name = vectorName(space);
  if ((await calls.describe(passages)).vectors.includes(name)) return;
  await calls.addVector(passages, name, space.dimension);
  await calls.addMetadata(passages, { [name]: space });
}
