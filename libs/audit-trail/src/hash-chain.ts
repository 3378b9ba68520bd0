import { createHash } from 'node:crypto';
import type { AuditEvent } from '@switchyard/contracts';
import { canonicalJson } from './canonical-json.js';

/** What the first event of a chain is hashed with. */
export const CHAIN_START = '0'.repeat(64);

/** One link: the event at `position` (1 is the first), and the hash over it and all before it. */
export interface ChainRow {
  readonly position: number;
  readonly hash: string;
  readonly event: AuditEvent;
}

/** Where a chain stands: the last position and its hash. Kept elsewhere, it also proves that nothing was cut off. */
export interface ChainHead {
  readonly position: number;
  readonly hash: string;
}

export type ChainVerdict = { readonly intact: true; readonly head: ChainHead } | { readonly intact: false; readonly position: number; readonly reason: 'missing' | 'changed' };

/** SHA-256, in hex, over the hash before and the event. Changing, removing or moving an event changes every hash after it. */
export function chainHash(previous: string, event: AuditEvent): string {
  return createHash('sha256').update(previous).update('\n').update(canonicalJson(event)).digest('hex');
}

/**
 * Checks a run of links that follows `head`, in order; call it again with the head that it gives to check a long chain
 * in parts. A cut at the end is only seen by comparing the last head with one that was kept elsewhere.
 * @returns the first position that is `missing` or whose event or hash was `changed`
 */
export function verifyChain(rows: Iterable<ChainRow>, head: ChainHead = { position: 0, hash: CHAIN_START }): ChainVerdict {
  let { position, hash } = head;
  for (const row of rows) {
    position += 1;
    if (row.position !== position) return { intact: false, position, reason: 'missing' };
    hash = chainHash(hash, row.event);
    if (row.hash !== hash) return { intact: false, position, reason: 'changed' };
  }
  return { intact: true, head: { position, hash } };
}
