import { z } from 'zod';
import type { Envelope } from './envelope.js';

/** The queues, one per tier; `ingest` is apart so that a million documents never delay a question, `delivery` so that a desk that is away delays nothing. */
export const QueueName = z.enum(['dispatch', 'worker', 'retrieval', 'expert', 'ingest', 'audit', 'delivery']);
export type QueueName = z.infer<typeof QueueName>;

export interface JobContract<Kind extends string = string, Body extends z.ZodType = z.ZodType, Private extends z.ZodType = z.ZodType, Spends extends boolean = boolean> {
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
  /** What the job asks for is paid by the token: it is passed on only where money is held for it (`JobContext.forwardHeld`). */
  readonly spends?: Spends;
  readonly body: Body;
  readonly private: Private;
}

/** A job that costs nothing but work. */
export type FreeJob = JobContract<string, z.ZodType, z.ZodType, false>;
/** A job that spends money. */
export type PaidJob = JobContract<string, z.ZodType, z.ZodType, true> & { readonly spends: true };

/**
 * One contract per hop: kind, queue, attempts and schemas together. Schemas must be loose objects, so that
 * unknown fields of a newer release survive a tier of an older one; checked here, since zod strips by default.
 */
export function defineJob<const Kind extends string, Body extends z.ZodObject, Private extends z.ZodObject>(
  contract: JobContract<Kind, Body, Private, true> & Pick<PaidJob, 'spends'>,
): JobContract<Kind, Body, Private, true> & Pick<PaidJob, 'spends'>;
export function defineJob<const Kind extends string, Body extends z.ZodObject, Private extends z.ZodObject>(
  contract: JobContract<Kind, Body, Private, false>,
): JobContract<Kind, Body, Private, false>;
export function defineJob<Contract extends JobContract<string, z.ZodObject, z.ZodObject>>(contract: Contract): Contract {
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
