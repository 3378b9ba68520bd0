import { z } from 'zod';
import { defineJob } from '../define-job.js';
import { ReplyLanguage } from '../language.js';
import { MAX_TEXT, Slots, Turn } from '../turn.js';

/** Dispatcher -> worker: run the intent's flow, or answer with the local model. */
export const AnswerJob = defineJob({
  kind: 'answer',
  queue: 'worker',
  attempts: 3,
  style: 'forward',
  body: z.looseObject({
    /** `flow`: start or go on with a flow. `model`: the local model answers, from `passages` where given. */
    mode: z.enum(['flow', 'model']),
    /** The flow to start; absent: go on with the one that is open in the conversation. */
    flow: z.string().optional(),
    /** What else the message asks for than the flow that starts: ids of curated answers to give along, and whether something remains. */
    further: z.looseObject({ answers: z.array(z.string()), others: z.boolean() }).optional(),
    replyLanguage: ReplyLanguage,
    /** Names of the slots found in this message; their values are private. */
    slotNames: z.array(z.string()),
  }),
  private: z.looseObject({
    text: z.string().min(1).max(MAX_TEXT),
    slots: Slots,
    turns: z.array(Turn),
    passages: z.array(z.looseObject({ documentId: z.string(), title: z.string(), text: z.string() })).optional(),
  }),
});
