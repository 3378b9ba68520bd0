import { z } from 'zod';
import { HandOver } from '../conversation.js';
import { defineJob } from '../define-job.js';
import { ReplyLanguage } from '../language.js';
import { Turn } from '../turn.js';

/** What is delivered to the people's side of a site, by where it goes. Part of the jobs' ids, so none is renamed. */
export const DeliveryKind = z.enum(['webhook.handed_over', 'chatwoot.reply', 'chatwoot.note', 'chatwoot.open']);
export type DeliveryKind = z.infer<typeof DeliveryKind>;

/** Any tier -> auditor: one thing that a desk outside the mesh is told. Added in the step that ends the request. */
export const DeliverJob = defineJob({
  kind: 'deliver',
  queue: 'delivery',
  // Doubled from 2 s each time: the last after about four and a half hours.
  attempts: 14,
  style: 'call',
  body: z.looseObject({
    delivery: DeliveryKind,
    /** The request that ended; a delivery that is tried again by hand has an id of its own. */
    subject: z.string(),
    conversationId: z.string(),
    /** When it ended, in milliseconds since 1970 by Redis' clock. */
    at: z.int().nonnegative(),
    language: ReplyLanguage,
  }),
  private: z.looseObject({
    /** What the customer was told. */
    text: z.string().optional(),
    handOver: HandOver.optional(),
    /** The last turns, this message and its reply among them. */
    turns: z.array(Turn).optional(),
  }),
});
