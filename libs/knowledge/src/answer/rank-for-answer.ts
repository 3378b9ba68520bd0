import { splitSentences } from '../chunk/split-sentences.js';
import { termSet } from '../terms/extract-terms.js';
import { answerKind, hasAnswerOf } from './answer-kind.js';
import { titlesOf, type AskedHit } from '../variants/find-by-variants.js';
import { coverage, type WeighedQuestion } from './weigh-question.js';

/** What a passage gains for a sentence that covers the question, and for holding the kind of thing that is asked for. */
const SENTENCE_WEIGHT = 1;
/** What counts of a sentence without its title: of passages under one title, the one that says it itself. */
const BARE_WEIGHT = 0.25;
const KIND_WEIGHT = 0.15;

/**
 * The hits in the order in which they answer: beside the store's own score counts how much of the question stands
 * together in one sentence under its title, and whether that passage holds what is asked for (a time, a price). Search
 * alone prefers passages that say the words often.
 */
export function rankForAnswer(question: WeighedQuestion, hits: readonly AskedHit[]): AskedHit[] {
  const top = Math.max(Number.MIN_VALUE, ...hits.map(({ score }) => score));
  const kind = answerKind(question.text);
  const value = (hit: AskedHit): number => {
    const { passage, score } = hit;
    const title = titlesOf(hit);
    const sentences = splitSentences(passage.text).map(termSet);
    const bare = Math.max(0, ...sentences.map((terms) => coverage(question, terms)));
    const titled = Math.max(0, ...sentences.map((terms) => coverage(question, new Set([...title, ...terms]))));
    const bonus = kind !== 'any' && kind !== 'possibility' && hasAnswerOf(kind, passage.text) ? KIND_WEIGHT : 0;
    return score / top + SENTENCE_WEIGHT * titled + BARE_WEIGHT * bare + bonus;
  };
  return hits
    .map((hit) => ({ hit, value: value(hit) }))
    .toSorted((left, right) => right.value - left.value)
    .map(({ hit }) => hit);
}
