import { z } from 'zod';
import { Outcome, Receipt, RequestState, type Reply } from '@switchyard/contracts';
import { named } from '../route.js';
import type { RequestView } from './mesh.js';

/** A request as clients read it. */
export const RequestDocument = named(
  'Request',
  z.object({
    requestId: z.string(),
    conversationId: z.string(),
    state: RequestState,
    outcome: Outcome.optional().describe('Once the state is "done".'),
    reply: z.string().optional().describe('What the customer reads.'),
    error: z.object({ code: z.string(), title: z.string(), laterRequestId: z.string().optional().describe('The later request of the conversation that is answered in place of this one.') }).optional().describe('Why it did not end well.'),
    receipt: named('Receipt', Receipt).optional(),
  }),
);
export type RequestDocument = z.infer<typeof RequestDocument>;

const errorOf = ({ code, title, laterRequestId }: NonNullable<Reply['error']>): NonNullable<RequestDocument['error']> => ({ code, title, ...(laterRequestId === undefined ? {} : { laterRequestId }) });

export function requestDocument(view: RequestView): RequestDocument {
  const { requestId, conversationId, state, reply } = view;
  if (!reply) return { requestId, conversationId, state };
  return {
    requestId,
    conversationId,
    state,
    outcome: reply.receipt.outcome,
    reply: reply.text,
    ...(reply.error === undefined ? {} : { error: errorOf(reply.error) }),
    receipt: reply.receipt,
  };
}
