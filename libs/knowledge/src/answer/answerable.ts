import { splitSentences } from '../chunk/split-sentences.js';
import { termSet } from '../terms/extract-terms.js';
import { titlesOf, type AskedHit } from '../variants/find-by-variants.js';
import { coverage, type WeighedQuestion } from './weigh-question.js';

export interface Answerability {
  readonly answerable: boolean;
  /** Estimated probability that the best passage holds the answer, 0 to 1. */
  readonly score: number;
  /** Why; recorded, so it is public API: `answered`, `no_terms`, `no_hit`, `below_threshold`. */
  readonly reason: 'answered' | 'no_terms' | 'no_hit' | 'below_threshold';
}

/** What the gate looks at; shares of the question's weight, 0 to 1. */
export interface GateFeatures {
  /** Of the question, what the best passage and its title hold. */
  readonly coverage: number;
  /** Of the question, what one sentence of it and the title hold. */
  readonly sentence: number;
  /** By how much the best passage leads all others in the words it shares with the question, relative to its own score. */
  readonly margin: number;
}

export function gateFeatures(question: WeighedQuestion, hits: readonly AskedHit[]): GateFeatures {
  const [best, ...others] = hits;
  if (!best) return { coverage: 0, sentence: 0, margin: 0 };
  const title = titlesOf(best);
  const sentences = splitSentences(best.passage.text).map((sentence) => coverage(question, new Set([...title, ...termSet(sentence)])));
  return {
    coverage: coverage(question, new Set([...title, ...termSet(best.passage.text)])),
    sentence: Math.max(0, ...sentences),
    margin: best.lexical > 0 ? Math.max(0, best.lexical - Math.max(0, ...others.map(({ lexical }) => lexical))) / best.lexical : 0,
  };
}

/**
 * A logistic regression over the three features, fitted by `libs/knowledge/tools/fit-gate.mjs`. Data: every second
 * question of CMRC 2018 dev (Chinese, articles cut into passages) and of DSTC11 track 5 (English, the venue's reviews
 * and FAQ), each once as it is and once with every passage that answers it taken out; both sets and both cases weigh
 * the same. On the other half: AUC 0.969 and 0.757.
 */
const WEIGHTS = { bias: -2.89, coverage: 1.18, sentence: 4.36, margin: 1 };

/**
 * The lowest multiple of 0.05 at which, on the fitted halves, at most 15 % of the questions whose answer was taken out
 * are still answered (mean of both sets; these are near misses, unrelated questions are far rarer). On the other halves
 * it answers 95 % and 50 % of what can be answered, and 12 % and 17 % of what cannot.
 */
export const ANSWERABLE_THRESHOLD = 0.55;

/**
 * Whether the best passage may be taken for an answer: how much of the question (weighed by what its terms tell in this
 * collection) the passage holds, how much of it stands in one sentence, and how clearly it leads.
 * `hits` best first, as `rankForAnswer` has them.
 */
export function answerable(question: WeighedQuestion, hits: readonly AskedHit[]): Answerability {
  if (question.total === 0) return { answerable: false, score: 0, reason: 'no_terms' };
  if (hits.length === 0) return { answerable: false, score: 0, reason: 'no_hit' };
  const features = gateFeatures(question, hits);
  const sum = WEIGHTS.bias + WEIGHTS.coverage * features.coverage + WEIGHTS.sentence * features.sentence + WEIGHTS.margin * features.margin;
  const score = 1 / (1 + Math.exp(-sum));
  return score >= ANSWERABLE_THRESHOLD ? { answerable: true, score, reason: 'answered' } : { answerable: false, score, reason: 'below_threshold' };
}
