import { logSum, scopeScore, scriptOf, type Script } from './calibrate.js';
import { findQuestion, type KnownQuestions } from './known-questions.js';
import { scoreQuantised, type QuantisedWeights } from './quantise-weights.js';
import { featurise, type Vocabulary } from './vocabulary.js';

export interface LabelProbability {
  readonly label: string;
  /** Calibrated probability, 0 to 1. */
  readonly confidence: number;
}

export interface Classification extends LabelProbability {
  /** `exact`: the text is one of the examples, and the confidence is 1. */
  readonly source: 'exact' | 'model';
  /** Nothing that the model knows fits; `label` is the least bad one all the same. */
  readonly outOfScope: boolean;
  /** How well the text fits anything known; comparable between texts of one model. */
  readonly scope: number;
  /** Every label, the likeliest first. */
  readonly ranked: readonly LabelProbability[];
}

/** A trained classifier. Immutable; well under a millisecond a message. */
export interface IntentModel {
  readonly labels: readonly string[];
  readonly classify: (text: string) => Classification;
  readonly parts: ModelParts;
}

/** A text of which less is known (share of its squared TF-IDF length) fits nothing, whatever the rest scores. */
const LEAST_KNOWN = 0.08;

export interface ModelParts {
  readonly labels: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly weights: QuantisedWeights;
  readonly temperature: number;
  readonly thresholds: Readonly<Record<Script, number>>;
  readonly questions: KnownQuestions;
}

export function createModel(parts: ModelParts): IntentModel {
  const { labels, vocabulary, weights, temperature, thresholds, questions } = parts;
  const classify = (text: string): Classification => {
    const row = featurise(text, vocabulary);
    const known = row.weights.reduce((sum, weight) => sum + weight * weight, 0);
    const scores = scoreQuantised(row, weights);
    const total = logSum(scores, temperature);
    const ranked = labels.map((label, index) => ({ label, confidence: Math.exp((scores[index] ?? 0) / temperature - total) })).toSorted((a, b) => b.confidence - a.confidence);
    const scope = labels.length === 0 ? Number.NEGATIVE_INFINITY : scopeScore(scores, temperature);
    const exact = labels[findQuestion(text, questions) ?? -1];
    if (exact !== undefined) return { label: exact, confidence: 1, source: 'exact', outOfScope: false, scope, ranked };
    const best = ranked[0] ?? { label: '', confidence: 0 };
    return { ...best, source: 'model', outOfScope: known < LEAST_KNOWN || scope < thresholds[scriptOf(text)], scope, ranked };
  };
  return { labels, classify, parts };
}
