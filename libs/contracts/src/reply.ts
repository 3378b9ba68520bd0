import { z } from 'zod';
import { Receipt } from './receipt.js';
import { Sealed } from './sealed.js';

/** The one terminal reply of a request. Stored sealed under the request, and sent sealed to the gateway. */
export const Reply = z.looseObject({
  text: z.string(),
  receipt: Receipt,
  /** Why it did not end well, where it did not: a code of the catalogue; and the request that is answered in its place, where one is. */
  error: z.looseObject({ code: z.string(), title: z.string(), laterRequestId: z.string().optional() }).optional(),
});
export type Reply = z.infer<typeof Reply>;

/** The route that was picked, told to the client while the answer is being made. */
export const Decision = z.looseObject({ rule: z.string(), to: z.string(), intent: z.string(), confidence: z.number() });
export type Decision = z.infer<typeof Decision>;

/**
 * A frame on a gateway's reply stream. `epoch` counts the runs of the job that writes (a job taken over from
 * a dead worker starts a fresh answer), `seq` the frames within a run: the gateway keeps the newest epoch only.
 */
const base = { requestId: z.string(), epoch: z.int().min(0), seq: z.int().min(0) };
export const ReplyFrame = z.discriminatedUnion('kind', [
  z.looseObject({ ...base, kind: z.literal('decided'), decision: Decision }),
  z.looseObject({ ...base, kind: z.literal('delta'), sealed: Sealed }),
  z.looseObject({ ...base, kind: z.literal('reply'), outcome: z.string(), sealed: Sealed }),
  /** The return value of a `call` job, or its error. */
  z.looseObject({ ...base, kind: z.literal('result'), sealed: Sealed }),
  z.looseObject({ ...base, kind: z.literal('error'), code: z.string(), detail: z.string(), field: z.string().optional() }),
]);
export type ReplyFrame = z.infer<typeof ReplyFrame>;

/** The state of a request as the gateway tells it. */
export const RequestState = z.enum(['accepted', 'working', 'done']);
export type RequestState = z.infer<typeof RequestState>;
