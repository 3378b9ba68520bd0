import type { ReplyLanguage } from '@switchyard/contracts';

/**
 * The language for words that the mesh itself must say before anybody has read the message: Chinese where it holds a
 * Chinese character, English where it holds a Latin letter. What a reply is written in is the dispatcher's to decide.
 */
export function guessLanguage(text: string): ReplyLanguage | undefined {
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  return /\p{Script=Latin}/u.test(text) ? 'en' : undefined;
}
