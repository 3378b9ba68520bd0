import type { Language, ReplyLanguage } from '@switchyard/contracts';
import { detectInjection, findPersonalData, mask, screen, type Screening, type WordMatcher } from '@switchyard/guardrail';
import { detectLanguage } from '@switchyard/intent';

/** What the gate saw in a message, before anything is made of it. */
export interface ReadMessage {
  readonly screening: Screening;
  /** The message, words of a masking list blanked out: what the tiers behind see. */
  readonly text: string;
  readonly language: Language;
  /** Count of personal data by kind. */
  readonly personalData: Readonly<Record<string, number>>;
}

export function readMessage(text: string, matcher: WordMatcher): ReadMessage {
  const words = screen(text, matcher);
  const screening = { ...words, injection: detectInjection(text, words.injection) };
  const masked = screening.matches.filter((match) => match.action === 'mask');
  const personalData: Record<string, number> = {};
  for (const { kind } of findPersonalData(text)) personalData[kind] = (personalData[kind] ?? 0) + 1;
  return { screening, text: masked.length === 0 ? text : mask(text, masked), language: detectLanguage(text), personalData };
}

const HAN = /\p{Script=Han}/u;

/**
 * The language to reply in: the message's own; of a mixed one Chinese where it holds Han characters; else ("12345")
 * the one that the client named, that of the conversation, or the site's.
 */
export function replyLanguageOf(message: { readonly text: string; readonly language: Language }, known: { readonly named?: ReplyLanguage | undefined; readonly conversation?: ReplyLanguage | undefined; readonly site: ReplyLanguage }): ReplyLanguage {
  if (message.language === 'zh' || message.language === 'en') return message.language;
  if (message.language === 'mixed') return HAN.test(message.text) ? 'zh' : 'en';
  return known.named ?? known.conversation ?? known.site;
}
