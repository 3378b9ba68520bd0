import type { KnowledgeScope } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** @throws MeshError REQUEST_INVALID without a tenant or a collection: nothing is ever read or written over all of them */
export function requireScope({ tenant, collection }: KnowledgeScope): void {
  if (typeof tenant !== 'string' || tenant === '' || typeof collection !== 'string' || collection === '') {
    throw new MeshError('REQUEST_INVALID', 'a tenant and a collection must be named', { field: 'collection' });
  }
}
