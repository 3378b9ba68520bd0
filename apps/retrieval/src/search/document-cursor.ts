import { MeshError } from '@switchyard/errors';
import { z } from 'zod';

/**
 * Where a list of documents goes on: first come those on their way and those that failed, by name, then those that are
 * stored, in the store's order. `since` is when the first page was asked for, in ms: what was on its way by then has
 * been listed when the second part begins.
 */
const Cursor = z.object({ part: z.enum(['unfinished', 'stored']), after: z.string().min(1).max(1_024).optional(), since: z.number() });
export type DocumentCursor = z.infer<typeof Cursor>;

export const writeCursor = (cursor: DocumentCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** @throws MeshError REQUEST_INVALID for what no page ended with */
export function readCursor(text: string): DocumentCursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new MeshError('REQUEST_INVALID', 'cursor: must be the `next` of the page before', { field: 'cursor' });
  }
}
