import { z } from 'zod';
import type { Envelope } from './envelope.js';

/** The queues, one per tier; `ingest` is apart so that a million documents never delay a question, `delivery` so that a desk that is away delays nothing. */
export const QueueName = z.enum(['dispatch', 'worker', 'retrieval', 'expert', 'ingest', 'audit', 'delivery']);
export type QueueName = z.infer<typeof QueueName>;

export interface JobContract<Kind extends string = string, Body extends z.ZodType = z.ZodType, Private extends z.ZodType = z.ZodType> {
  /** Stored in Redis, so renaming it strands the jobs in flight: it is permanent. */
  readonly kind: Kind;
  readonly queue: QueueName;
  /** How often the job may run when it fails with an error that allows another try. */
  readonly attempts: number;
  /**
   * `forward`: one step of a request; ends by forwarding, or by writing the request's one reply.
   * `call`: a question between tiers; its return value goes back to the caller.
   */
  readonly style: 'forward' | 'call';
  readonly body: Body;
  readonly private: Private;
}

/**
 * One contract per hop: kind, queue, attempts and schemas together. Schemas must be loose objects, so that
 * unknown fields of a newer release survive a tier of an older one; checked here, since zod strips by default.
 */
export function defineJob<const Kind extends string, Body extends z.ZodObject, Private extends z.ZodObject>(
  contract: JobContract<Kind, Body, Private>,
): JobContract<Kind, Body, Private> {
  for (const part of ['body', 'private'] as const) {
    const catchall = contract[part].def.catchall;
    if (!(catchall instanceof z.ZodUnknown)) throw new TypeError(`job ${contract.kind}: ${part} must be a z.looseObject`);
  }
  return contract;
}

/** What a handler is given: the parsed envelope, its parsed clear part, and the opened private part. */
export interface JobInput<J extends JobContract> {
  readonly envelope: Envelope;
  readonly body: z.infer<J['body']>;
  readonly private: z.infer<J['private']>;
}
