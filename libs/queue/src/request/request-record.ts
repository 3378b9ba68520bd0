import { z } from 'zod';
import { Lane, Outcome, RequestState, Sealed } from '@switchyard/contracts';
import type { RedisConnection } from '../connect/open-redis.js';
import { requestKey } from '../redis-keys.js';

const Stored = z.object({
  tenant: z.string(),
  conversationId: z.string(),
  lane: Lane,
  acceptedAt: z.coerce.number(),
  deadlineAt: z.coerce.number(),
  replyTo: z.string(),
  traceparent: z.string(),
  siteVersion: z.string(),
  /** The language to answer in when the mesh itself must. */
  language: z.string().transform((text) => text || undefined).optional(),
  state: RequestState,
  /** What the customer said, sealed, as JSON; where a newer message may end the run that is under way. */
  said: z.string().optional(),
  outcome: Outcome.optional(),
  /** The sealed reply. */
  reply: z.string().transform((text) => Sealed.parse(JSON.parse(text))).optional(),
});

/** An accepted request as it stands in Redis. */
export type RequestRecord = z.infer<typeof Stored> & { readonly requestId: string };

/** `undefined`: there is none, or it is past its retention. */
export async function readRequest(redis: RedisConnection, requestId: string): Promise<RequestRecord | undefined> {
  const parsed = Stored.safeParse(await redis.hgetall(requestKey(requestId)));
  return parsed.success ? { requestId, ...parsed.data } : undefined;
}
