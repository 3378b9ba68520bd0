import { createHash } from 'node:crypto';

/** As many equal parts as the conversations are dealt out over: 48 bits are exact in a number. */
const PARTS = 2 ** 48;

/**
 * Whether a conversation is one of those that a second model is tried with. It depends on nothing else, so that a conversation
 * keeps its model over messages, processes and restarts. Each has a place between 0 and 1, and those below the share are in: a
 * share that grows takes none out, and one that shrinks takes none in.
 */
export function isInCanary(tenant: string, conversationId: string, share: number): boolean {
  // The separator is no character of either: two pairs never give one text.
  const place = createHash('sha256').update(`canary\u0000${tenant}\u0000${conversationId}`).digest().readUIntBE(0, 6) / PARTS;
  return place < share;
}
