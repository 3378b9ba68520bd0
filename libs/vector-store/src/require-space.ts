import type { KnowledgeScope, KnowledgeSpace, StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** Stands for the model of a store that was opened without naming one. */
export const UNNAMED_SPACE = 'unnamed';

/**
 * The space that the dense vectors of these passages are of; nothing where they have none.
 * @throws MeshError MODEL_MISMATCH where they differ in length, or from the space that the collection has
 */
export function requireSpace({ collection }: KnowledgeScope, held: KnowledgeSpace | undefined, fingerprint: string | undefined, passages: readonly Pick<StoredPassage, 'dense'>[]): KnowledgeSpace | undefined {
  let space: KnowledgeSpace | undefined;
  for (const { dense } of passages) {
    if (!dense) continue;
    space ??= { fingerprint: fingerprint ?? UNNAMED_SPACE, dimension: dense.length };
    const wanted = held ?? space;
    if (space.fingerprint === wanted.fingerprint && dense.length === wanted.dimension) continue;
    throw new MeshError('MODEL_MISMATCH', `the collection ${collection} holds vectors of ${wanted.fingerprint} with ${wanted.dimension} dimensions, these are of ${space.fingerprint} with ${dense.length}`, { field: 'dense' });
  }
  return space;
}

/** The same of two spaces that are known. @throws MeshError MODEL_MISMATCH */
export function requireSameSpace({ collection }: KnowledgeScope, held: KnowledgeSpace | null, written: KnowledgeSpace | undefined): void {
  if (!held || !written || (held.fingerprint === written.fingerprint && held.dimension === written.dimension)) return;
  throw new MeshError('MODEL_MISMATCH', `the collection ${collection} holds vectors of ${held.fingerprint} with ${held.dimension} dimensions, these are of ${written.fingerprint} with ${written.dimension}`, { field: 'dense' });
}
