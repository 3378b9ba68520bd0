import { z } from 'zod';
import { defineJob } from '../define-job.js';
import { MAX_TEXT, Turn } from '../turn.js';

/** Gateway -> dispatcher: screen one message, recognise the intent, pick the route. */
export const DispatchJob = defineJob({
  kind: 'dispatch',
  queue: 'dispatch',
  attempts: 3,
  style: 'forward',
  body: z.looseObject({
    /** The route that it came by. */
    source: z.enum(['chat', 'requests', 'chatwoot']),
    /** The language that the client named, where it did. */
    language: z.enum(['zh', 'en']).optional(),
  }),
  private: z.looseObject({
    text: z.string().min(1).max(MAX_TEXT),
    /** Earlier turns that the client sent along; used as context where the mesh holds no conversation of its own. */
    turns: z.array(Turn).max(50),
  }),
});
