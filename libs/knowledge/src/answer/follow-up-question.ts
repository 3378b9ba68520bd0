import type { Turn } from '@switchyard/contracts';
import { splitSentences } from '../chunk/split-sentences.js';
import { extractTerms } from '../terms/extract-terms.js';
import { simplify } from '../terms/normalise-text.js';
import { answerKind } from './answer-kind.js';

/** Openings and words by which a message leans on what was said before. */
const LEANS_BACK = /^(?:那|还有|然后|另外)|^(?:and|what about|how about|then|so)\b|它|这个|那个|这种|那种|该(?:商品|产品)|\b(?:it|they|them|that one|this one|those|these)\b|呢[?？]?$/iu;
/** Fewer words than this ask nothing on their own. */
const FEW_WORDS = 2;

/**
 * The question to search with. A message that is very short or leans on the one before ("and how long does it take?",
 * "那运费呢") is searched together with the customer's last message; any other stands for itself.
 */
export function followUpQuestion(text: string, turns: readonly Turn[]): string {
  const words = extractTerms(text).filter(({ kind }) => kind === 'word').length;
  if (words > 6 || (words > FEW_WORDS && !LEANS_BACK.test(simplify(text.trim())))) return text;
  const before = turns.findLast(({ role, text: said }) => role === 'customer' && said.trim() !== text.trim());
  return before ? `${before.text}\n${text}` : text;
}

/** A message is searched in at most this many ways. */
const MAX_QUESTIONS = 4;
const ASKS = /[?？]\s*$|[吗呢][。！!]?\s*$/u;

/**
 * What to search for a message: all of it (with the turn before, where it leans on that), and where it has several
 * sentences also each that asks, last ones first, since people tell their story and then ask.
 */
export function questionsOf(text: string, turns: readonly Turn[]): string[] {
  const sentences = splitSentences(text);
  const asking = sentences.length < 2 ? [] : sentences.filter((sentence) => ASKS.test(simplify(sentence)) || answerKind(sentence) !== 'any').toReversed();
  return [...new Set([followUpQuestion(text, turns), ...asking])].slice(0, MAX_QUESTIONS);
}
