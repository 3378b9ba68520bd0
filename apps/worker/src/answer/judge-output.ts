import type { Citation, ReplyLanguage } from '@switchyard/contracts';
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
  readonly language: ReplyLanguage;
}

/** Reads and judges a model's output: with sources every sentence must rest on one of them. Undefined where it is not the object that was asked for. */
export function judgeOutput(output: string, { sources, question, known, language }: JudgeInput): Judged | undefined {
  if (sources.length === 0) {
    const answer = readModelAnswer(output);
    return answer && { text: answer.answer, citations: [], objection: objectionTo(answer), facts: { confidence: answer.confidence } };
  }
  const answer = readGroundedAnswer(output);
  if (!answer) return undefined;
  const checked = checkGrounding(answer, sources, question, known);
  const { sentences, citations, dropped } = checked;
  return { text: sentences.join(language === 'zh' ? '' : ' '), citations, objection: objectionToGrounded(answer, checked), facts: { confidence: answer.confidence, sentences: sentences.length, dropped } };
}
