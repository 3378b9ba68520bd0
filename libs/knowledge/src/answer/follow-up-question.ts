import type { Turn } from '@switchyard/contracts';
import { splitSentences } from '../chunk/split-sentences.js';
import { extractTerms } from '../terms/extract-terms.js';
import { simplify } from '../terms/normalise-text.js';
import { answerKind } from './answer-kind.js';
import { completeEllipsis } from './complete-ellipsis.js';

/** Openings and words by which a message leans on what was said before. */
const LEANS_BACK = /^(?:那|还有|然后|另外)|^(?:and|what about|how about|then|so)\b|它|这个|那个|这种|那种|该(?:商品|产品)|\b(?:it|they|them|that one|this one|those|these)\b|呢[?？]?$/iu;
/** Fewer words than this ask nothing on their own. */
const FEW_WORDS = 2;
/** More words than this stand for themselves, whatever they open with. */
const MANY_WORDS = 6;
/** Messages of a customer that may lean on one another. */
const MOST_LINKS = 4;

const leansBack = (text: string): boolean => {
  const words = extractTerms(text).filter(({ kind }) => kind === 'word').length;
  return words <= FEW_WORDS || (words <= MANY_WORDS && LEANS_BACK.test(simplify(text.trim())));
};

/** The question that a message means behind another one: completed where it can be, else both. */
const follow = (before: string, text: string): string => (answerKind(text) === 'any' ? completeEllipsis(before, text) : undefined) ?? `${before}\n${text}`;

/**
 * The question to search with. A message that is very short or leans on the one before ("and to Mexico?", "那运费呢") is
 * completed from the customer's last question, which may lean on one before it in its turn; where it cannot be completed, it
 * is searched together with that. Any other stands for itself.
 */
export function followUpQuestion(text: string, turns: readonly Turn[]): string {
  if (!leansBack(text)) return text;
  const said = turns.filter(({ role, text: words }) => role === 'customer' && words.trim() !== text.trim()).map(({ text: words }) => words);
  const first = said.findLastIndex((words) => !leansBack(words));
  const [before, ...between] = said.slice(Math.max(first, said.length - MOST_LINKS));
  if (before === undefined) return text;
  // What came between can be followed where it could be completed; else it was about something else.
  const question = between.reduce((asked, words) => completeEllipsis(asked, words) ?? words, before);
  return follow(question, text);
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
