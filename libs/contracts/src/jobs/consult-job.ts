import { z } from 'zod';
import { defineJob } from '../define-job.js';
import { ReplyLanguage } from '../language.js';
import { MAX_TEXT, Turn } from '../turn.js';

/** Any tier -> expert: ask a cloud model. Only ever forwarded because a rule named it, and where money is held for it. */
export const ConsultJob = defineJob({
  kind: 'consult',
  queue: 'expert',
  attempts: 3,
  style: 'forward',
  spends: true,
  body: z.looseObject({ replyLanguage: ReplyLanguage }),
  private: z.looseObject({
    text: z.string().min(1).max(MAX_TEXT),
    turns: z.array(Turn),
    passages: z.array(z.looseObject({ documentId: z.string(), title: z.string(), text: z.string() })).optional(),
  }),
});
