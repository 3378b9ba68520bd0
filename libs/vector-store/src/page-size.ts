import { MOST_DOCUMENTS } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** @throws MeshError REQUEST_INVALID for a page that is larger than any may be, or holds nothing */
export function pageSize(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_DOCUMENTS) return limit;
  throw new MeshError('REQUEST_INVALID', `a page holds 1 to ${MOST_DOCUMENTS} documents`, { field: 'limit' });
}
