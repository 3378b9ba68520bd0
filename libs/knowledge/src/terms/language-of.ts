import type { ReplyLanguage } from '@switchyard/contracts';

/** What a passage is written in. A Chinese text with product names and codes is still Chinese, so Han weighs more than Latin. */
export function languageOf(text: string): ReplyLanguage {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/[A-Za-z]{2,}/gu)?.length ?? 0;
  return han > words ? 'zh' : 'en';
}
