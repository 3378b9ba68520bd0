import type { Citation, ReplyLanguage } from '@switchyard/contracts';
import { valuesStandIn } from '@switchyard/knowledge';
import { checkGrounding, objectionToGrounded, readGroundedAnswer, type Source } from './grounded-answer.js';
import { objectionTo, readModelAnswer } from './model-answer.js';

/** An answer that is fit to be screened, or why it is none; and what is recorded of it. */
export interface Judged {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly objection?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface JudgeInput {
  /** What the model was given to answer from, in the order of its numbers. */
  readonly sources: readonly Source[];
  readonly question: string;
  /** What an answer may name besides: the conversation, and the shop. */
  readonly known: string;
  /** What an answer without sources may have its numbers, dates and codes from; absent: they are not compared. */
  readonly facts?: string | undefined;
  readonly language: ReplyLanguage;
}

export const joinSentences = (sentences: readonly string[], language: ReplyLanguage): string => sentences.join(language === 'zh' ? '' : ' ');

/** Reads and judges a model's output: with sources every sentence must rest on one of them. Undefined where it is not the object that was asked for. */
export function judgeOutput(output: string, { sources, question, known, facts, language }: JudgeInput): Judged | undefined {
  if (sources.length === 0) {
    const answer = readModelAnswer(output);
    if (!answer) return undefined;
    const unsupported = facts === undefined ? undefined : valuesStandIn(answer.answer, facts);
    const objection = objectionTo(answer) ?? (unsupported === undefined ? undefined : 'ungrounded');
    return { text: answer.answer, citations: [], objection, facts: { confidence: answer.confidence, ...(unsupported === undefined ? {} : { dropped: { [unsupported]: 1 } }) } };
  }
  const answer = readGroundedAnswer(output);
  if (!answer) return undefined;
  const checked = checkGrounding(answer, sources, question, known);
  const { sentences, citations, dropped } = checked;
  return { text: joinSentences(sentences, language), citations, objection: objectionToGrounded(answer, checked), facts: { confidence: answer.confidence, sentences: sentences.length, dropped } };
}
