import { z } from 'zod';
import type { Citation } from '@switchyard/contracts';
import { findInstructions } from '@switchyard/guardrail';
import { groundInResult, groundSentence, normaliseText, type Ungrounded } from '@switchyard/knowledge';
import type { ToolSource } from '@switchyard/tool-choice';
import { MIN_CONFIDENCE, Needs, readJson } from './model-answer.js';

/** What the local model is asked for where there are passages or results of tools: every sentence with which of them, and the words, that it rests on. */
export const GroundedSentence = z.object({ text: z.string(), passage: z.int(), quote: z.string() });
const MOST_SENTENCES = 20;
export const GroundedAnswer = z.object({
  sentences: z.array(GroundedSentence).max(MOST_SENTENCES),
  confidence: z.number().min(0).max(1),
  needs: Needs,
});
export type GroundedAnswer = z.infer<typeof GroundedAnswer>;

/** The same as a JSON Schema, for servers that can hold a model to it, and to its order. */
export const GROUNDED_ANSWER_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    needs: { type: 'string', enum: [...Needs.options] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    sentences: {
      type: 'array',
      maxItems: MOST_SENTENCES,
      items: {
        type: 'object',
        properties: { passage: { type: 'integer', minimum: 1 }, quote: { type: 'string' }, text: { type: 'string' } },
        required: ['passage', 'quote', 'text'],
        additionalProperties: false,
      },
    },
  },
  required: ['needs', 'confidence', 'sentences'],
  additionalProperties: false,
};

export const readGroundedAnswer = (text: string): GroundedAnswer | undefined => readJson(text, GroundedAnswer);

/** A passage of a document. A type, not an interface, so that it fits a loose object. */
export type PassageSource = { readonly documentId: string; readonly title: string; readonly text: string };

/** What a sentence may rest on. */
export type Source = PassageSource | ToolSource;

const isResult = (source: Source): source is ToolSource => 'fields' in source;

/** `untrusted`: it rests on an instruction that was planted into the passage. `passage`: on one that there is not. */
export type Dropped = Ungrounded | 'passage' | 'untrusted';

export interface CheckedAnswer {
  /** The sentences that rest on their passages, in the answer's order. */
  readonly sentences: readonly string[];
  readonly citations: readonly Citation[];
  /** Of the others: how many for which reason. */
  readonly dropped: Readonly<Partial<Record<Dropped, number>>>;
}

const plain = (text: string): string => normaliseText(text).replace(/\s+/gu, ' ');

const plantedIn = (text: string): string[] => findInstructions(text).map(({ start, end }) => plain(text.slice(start, end)));

function faultOf(sentence: GroundedAnswer['sentences'][number], source: Source | undefined, question: string, known: string): Dropped | undefined {
  if (!source) return 'passage';
  const planted = isResult(source) ? source.fields.flatMap(({ text }) => plantedIn(text)) : plantedIn(source.text);
  const quote = plain(sentence.quote.trim());
  if (planted.some((text) => text.includes(quote) || quote.includes(text.trim()))) return 'untrusted';
  return isResult(source) ? groundInResult(sentence, source.fields.map(({ path, text }) => `${path}: ${text}`).join('\n'), known, source.others) : groundSentence(sentence, source, question);
}

/** Keeps of an answer what its passages and results say; see `groundSentence` and `groundInResult`, which is given `known`. */
export function checkGrounding({ sentences }: Pick<GroundedAnswer, 'sentences'>, sources: readonly Source[], question: string, known: string): CheckedAnswer {
  const kept: string[] = [];
  const citations: Citation[] = [];
  const dropped: Partial<Record<Dropped, number>> = {};
  for (const sentence of sentences) {
    const text = sentence.text.trim();
    if (text === '') continue;
    const source = sources[sentence.passage - 1];
    const fault = faultOf(sentence, source, question, known);
    if (fault !== undefined || !source) {
      const reason = fault ?? 'passage';
      dropped[reason] = (dropped[reason] ?? 0) + 1;
      continue;
    }
    kept.push(text);
    // A document can be read by the customer; what a tool returned is about them alone.
    if (isResult(source)) continue;
    const citation = { documentId: source.documentId, title: source.title, quote: sentence.quote.trim() };
    if (!citations.some(({ documentId, quote }) => documentId === citation.documentId && quote === citation.quote)) citations.push(citation);
  }
  return { sentences: kept, citations, dropped };
}

/**
 * Why an answer is not given to the customer, or undefined. Where more of it fell than stands, what stands may be a
 * fragment that misleads.
 */
export function objectionToGrounded(answer: GroundedAnswer, checked: CheckedAnswer): string | undefined {
  if (answer.needs !== 'nothing') return `needs_${answer.needs}`;
  if (answer.confidence < MIN_CONFIDENCE) return 'low_confidence';
  if (checked.sentences.length === 0) return fallenIn(checked) === 0 ? 'empty' : 'ungrounded';
  return fallenIn(checked) > checked.sentences.length ? 'ungrounded' : undefined;
}

/** How many sentences were dropped. */
export const fallenIn = ({ dropped }: Pick<CheckedAnswer, 'dropped'>): number => Object.values(dropped).reduce((sum, count) => sum + count, 0);
