import type { Redis } from 'ioredis';
import { z } from 'zod';
import { Lane, Outcome, RequestState, Sealed } from '@switchyard/contracts';
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
  language: z.string().optional(),
  state: RequestState,
  outcome: Outcome.optional(),
  /** The sealed reply. */
  reply: z.string().transform((text) => Sealed.parse(JSON.parse(text))).optional(),
});

/** An accepted request as it stands in Redis. */
export type RequestRecord = z.infer<typeof Stored> & { readonly requestId: string };

/** `undefined`: there is none, or it is past its retention. */
export async function readRequest(redis: Redis, requestId: string): Promise<RequestRecord | undefined> {
  const parsed = Stored.safeParse(await redis.hgetall(requestKey(requestId)));
  return parsed.success ? { requestId, ...parsed.data } : undefined;
}
