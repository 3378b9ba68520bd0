import { z } from 'zod';
import { Lane } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { parseInput } from '../problem/parse-input.js';
import { boundDeadline, type Ask, type DeadlineLimits } from './ask.js';
import { ClientConversationId } from './read-conversation-id.js';
import { readText } from './read-text.js';

/** The body of `POST /v1/requests`. Unknown fields are ignored. */
export const AskRequest = z.object({
  text: z.string().describe('The customer\'s message, at most 8,000 UTF-16 code units.'),
  conversationId: ClientConversationId.optional().describe('Messages of one conversation share it; a new conversation where it is absent.'),
  language: z.enum(['zh', 'en']).optional().describe('The language of the reply, where the message does not show it.'),
  priority: Lane.optional().describe('Work class; "normal" where it is absent.'),
  deadlineMs: z.int().min(100).optional().describe('Time until the request expires; bounded by the site.'),
  callbackUrl: z.string().optional().describe('Not taken by this release: refused with REQUEST_INVALID. Read the events instead.'),
  metadata: z.record(z.string().max(64), z.string().max(512)).optional().describe('At most 16 pairs.'),
});
export type AskRequest = z.infer<typeof AskRequest>;

/** What the client said, in an order of ours: two bodies that differ in white space or order of fields are the same. */
function contentOf({ text, conversationId, language, priority, deadlineMs, metadata }: AskRequest): string {
  return JSON.stringify([text, conversationId, language, priority, deadlineMs, Object.entries(metadata ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1))]);
}

const IdempotencyKey = /^[\x21-\x7e]{1,200}$/;

/**
 * A parsed body as an ask.
 * @param newConversationId used where the client names no conversation
 * @throws MeshError REQUEST_INVALID, TEXT_TOO_LONG
 */
export function readAskRequest(body: unknown, idempotencyKey: string | undefined, limits: DeadlineLimits, newConversationId: () => string): Ask {
  const request = parseInput(AskRequest, body);
  if (request.callbackUrl !== undefined) {
    throw new MeshError('REQUEST_INVALID', 'callbackUrl: this release does not call back; read GET /v1/requests/{id}/events', { field: 'callbackUrl' });
  }
  if (Object.keys(request.metadata ?? {}).length > 16) throw new MeshError('REQUEST_INVALID', 'metadata: at most 16 pairs', { field: 'metadata' });
  if (idempotencyKey !== undefined && !IdempotencyKey.test(idempotencyKey)) {
    throw new MeshError('REQUEST_INVALID', 'Idempotency-Key: must be 1 to 200 printable ASCII characters without spaces', { field: 'Idempotency-Key' });
  }
  return {
    source: 'requests',
    text: readText(request.text, 'text'),
    turns: [],
    conversationId: request.conversationId ?? newConversationId(),
    lane: request.priority ?? 'normal',
    deadlineMs: boundDeadline(request.deadlineMs, limits),
    ...(request.language === undefined ? {} : { language: request.language }),
    ...(idempotencyKey === undefined ? {} : { idempotency: { key: idempotencyKey, content: contentOf(request) } }),
    ...(request.metadata === undefined ? {} : { metadata: request.metadata }),
  };
}
