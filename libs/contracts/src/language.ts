import { z } from 'zod';

/** What a text is written in. `mixed` holds both; `other` is neither Chinese nor English. */
export const Language = z.enum(['zh', 'en', 'mixed', 'other']);
export type Language = z.infer<typeof Language>;

/** The languages that a site's texts come in; every reply is in one of them. */
export const ReplyLanguage = z.enum(['zh', 'en']);
export type ReplyLanguage = z.infer<typeof ReplyLanguage>;
