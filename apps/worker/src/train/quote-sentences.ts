import type { TrainingMaterial } from '@switchyard/contracts';
import { extractTerms, groundSentence, splitSentences } from '@switchyard/knowledge';
import type { GroundedAnswer } from '../answer/grounded-answer.js';

const termsOf = (text: string): Set<string> => new Set(extractTerms(text).map(({ term }) => term));

/**
 * The sentences of an answer, each with the passage and the sentence of it that bears it out as the worker will judge it: of
 * several the one that shares most of its words. Undefined where one of them rests on none.
 */
export function quoteSentences({ answer, passages, question }: Pick<TrainingMaterial, 'answer' | 'passages' | 'question'>): GroundedAnswer['sentences'] | undefined {
  const candidates = passages.flatMap((source, at) => splitSentences(source.text).map((quote) => ({ source, passage: at + 1, quote: quote.trim(), terms: termsOf(quote) })));
  const sentences: GroundedAnswer['sentences'] = [];
  for (const text of splitSentences(answer).map((piece) => piece.trim()).filter((piece) => piece !== '')) {
    const terms = termsOf(text);
    const shared = (one: { readonly terms: ReadonlySet<string> }): number => [...one.terms].filter((term) => terms.has(term)).length;
    const best = candidates.toSorted((a, b) => shared(b) - shared(a)).find(({ source, quote }) => groundSentence({ text, quote }, source, question) === undefined);
    if (!best) return undefined;
    // In the order of the form.
    sentences.push({ passage: best.passage, quote: best.quote, text });
  }
  return sentences;
}
