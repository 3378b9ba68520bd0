import { z } from 'zod';
import { defineJob } from '../define-job.js';
import { ReplyLanguage } from '../language.js';
import { MAX_TEXT, Turn } from '../turn.js';

/** Dispatcher or worker -> retrieval: answer from the knowledge base with a citation, or say that it is not known. */
export const RetrieveJob = defineJob({
  kind: 'retrieve',
  queue: 'retrieval',
  attempts: 3,
  style: 'forward',
  body: z.looseObject({ collection: z.string(), replyLanguage: ReplyLanguage }),
  private: z.looseObject({ text: z.string().min(1).max(MAX_TEXT), turns: z.array(Turn) }),
});
