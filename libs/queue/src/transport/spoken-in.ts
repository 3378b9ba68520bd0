import type { Envelope, ReplyLanguage } from '@switchyard/contracts';

/** The language that a request is answered in, as far as its envelope knows: the one that was settled, else the one that the message is in or was guessed. */
export function spokenIn({ body, trail, language }: Pick<Envelope, 'body' | 'trail' | 'language'>): ReplyLanguage | undefined {
  const { replyLanguage, language: named } = body;
  return [replyLanguage, named, trail.language, language].find((value): value is ReplyLanguage => value === 'zh' || value === 'en');
}
