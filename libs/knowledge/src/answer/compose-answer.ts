import type { Citation, KnowledgeHit, StoredPassage } from '@switchyard/contracts';
import { readingSize } from '../chunk/chunk-document.js';
import { splitSentences } from '../chunk/split-sentences.js';
import { termSet } from '../terms/extract-terms.js';
import { isIdentifier, kindOfIdentifier } from '../terms/identifier.js';
import { answerKind, hasAnswerOf, type AnswerKind } from './answer-kind.js';
import { coverage, type WeighedQuestion } from './weigh-question.js';

export interface ComposedAnswer {
  readonly text: string;
  /** Every quote is a verbatim piece of a passage. */
  readonly citations: readonly Citation[];
}

interface ScoredSentence {
  readonly text: string;
  readonly position: number;
  readonly terms: ReadonlySet<string>;
  readonly score: number;
}

const MAX_SENTENCES = 3;
/** A passage up to this size is an answer as it stands. */
const SHORT_PASSAGE = 75;
/** What a sentence of the asked kind gains, and what each line further down loses; both in shares of the question. */
const KIND_BONUS = 0.4;
const POSITION_LOSS = 0.01;
/** Another sentence is added where it covers at least this much of the question that the first did not. */
const ADDED_COVERAGE = 0.12;
/** Starts that point back: such a sentence is not understood without the one before. */
const POINTS_BACK = /^(?:it|its|they|their|this|that|these|those|he|she|however|but|otherwise|also|then|in (?:this|that) case|if (?:so|not))\b|^(?:它|该|其|此|这|那|但|但是|否则|不过|另外|同时|届时|因此|所以)/iu;

function scoreSentences(question: WeighedQuestion, kind: AnswerKind, passage: StoredPassage): ScoredSentence[] {
  return splitSentences(passage.text).map((text, position) => {
    const terms = termSet(text);
    const bonus = kind !== 'any' && hasAnswerOf(kind, text) ? KIND_BONUS : 0;
    return { text, position, terms, score: coverage(question, terms) + bonus - POSITION_LOSS * Math.min(position, 10) };
  });
}

/** Whether a sentence is about another thing of the kind that the question names: the next row of a list of codes. */
function isOfAnother(question: WeighedQuestion, { terms }: ScoredSentence): boolean {
  const asked = [...question.weights.keys()].filter(isIdentifier);
  const kinds = new Set(asked.map(kindOfIdentifier));
  return !asked.some((term) => terms.has(term)) && [...terms].some((term) => isIdentifier(term) && kinds.has(kindOfIdentifier(term)));
}

function pick(question: WeighedQuestion, sentences: readonly ScoredSentence[]): ScoredSentence[] {
  const [best, ...others] = sentences.toSorted((left, right) => right.score - left.score || left.position - right.position);
  if (!best) return [];
  const chosen = new Map([[best.position, best]]);
  const add = (position: number): void => {
    const sentence = sentences[position];
    if (sentence && chosen.size < MAX_SENTENCES) chosen.set(position, sentence);
  };
  if (POINTS_BACK.test(best.text)) add(best.position - 1);
  // A line that announces a list says nothing without it.
  for (let at = best.position; /[:：]$/u.test(sentences[at]?.text ?? '') || (at > best.position && at < best.position + 2 && /[:：]$/u.test(best.text)); at++) add(at + 1);
  const covered = new Set([...chosen.values()].flatMap(({ terms }) => [...terms]));
  for (const other of others) {
    const more = coverage(question, new Set([...covered, ...other.terms])) - coverage(question, covered);
    if (chosen.size >= MAX_SENTENCES || more < ADDED_COVERAGE || isOfAnother(question, other)) continue;
    add(other.position);
    for (const term of other.terms) covered.add(term);
  }
  return [...chosen.values()].toSorted((left, right) => left.position - right.position);
}

/** Pieces of one passage that stand next to each other become one quote, cut out of the passage itself. */
function quotes(passage: StoredPassage, sentences: readonly ScoredSentence[]): string[] {
  const found: { start: number; end: number; position: number }[] = [];
  let from = 0;
  for (const { text, position } of sentences) {
    const start = passage.text.indexOf(text, from);
    if (start === -1) continue;
    from = start + text.length;
    const last = found.at(-1);
    if (last && last.position === position - 1) Object.assign(last, { end: from, position });
    else found.push({ start, end: from, position });
  }
  return found.map(({ start, end }) => passage.text.slice(start, end));
}

/**
 * An answer of one to three sentences out of the best passage, word for word, in the passage's language. The sentences
 * are those that cover the question best; where it asks how long, how much or when, those that hold such a thing come
 * first. One passage only: a sentence of a second one, set behind it, reads as if it belonged to the first.
 */
export function composeAnswer(question: WeighedQuestion, hits: readonly KnowledgeHit[]): ComposedAnswer {
  const [best] = hits;
  if (!best) return { text: '', citations: [] };
  const kind = answerKind(question.text);
  const { passage } = best;
  const sentences = scoreSentences(question, kind, passage);
  const chosen = readingSize(passage.text) <= SHORT_PASSAGE && sentences.length <= MAX_SENTENCES ? sentences : pick(question, sentences);
  const parts = quotes(passage, chosen);
  const joint = passage.language === 'zh' ? '' : ' ';
  const text = parts.reduce((whole, part) => whole + (whole === '' ? '' : /\n/u.test(part) || /\n/u.test(whole) ? '\n' : joint) + part, '');
  return { text, citations: parts.map((quote) => ({ documentId: passage.documentId, title: passage.title, quote })) };
}
