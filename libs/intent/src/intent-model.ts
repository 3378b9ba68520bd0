import { MeshError } from '@switchyard/errors';
import { logSum, scopeScore, scriptOf, type Script } from './calibrate.js';
import { denseRow } from './dense/fit-dense.js';
import { joinScores } from './dense/join-scores.js';
import { findQuestion, type KnownQuestions } from './known-questions.js';
import { sentenceKey } from './plain-text.js';
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
  /**
   * @param vector of the text, by the embedder that the model was trained with; without it the words alone decide, by
   * a calibration of their own. A model that no embedder made better takes no notice of it.
   * @throws MeshError MODEL_OUTPUT_INVALID where the vector has another length than those of the training
   */
  readonly classify: (text: string, vector?: Float32Array) => Classification;
  readonly parts: ModelParts;
}

/** A text of which less is known (share of its squared TF-IDF length) fits nothing, whatever the rest scores. */
const LEAST_KNOWN = 0.08;

/** What an embedder's vectors add to the scores of the words. */
export interface DensePart {
  readonly fingerprint: string;
  readonly centre: Float32Array;
  readonly weights: QuantisedWeights;
  /** How much its scores count. */
  readonly share: number;
  /** Of the sum, as the thresholds are. */
  readonly temperature: number;
  readonly thresholds: Readonly<Record<Script, number>>;
}

export interface ModelParts {
  readonly labels: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly weights: QuantisedWeights;
  readonly temperature: number;
  readonly thresholds: Readonly<Record<Script, number>>;
  readonly questions: KnownQuestions;
  readonly dense?: DensePart | undefined;
}

/** What is out of scope, and how scores become probabilities: of words alone, or of both. */
interface Calibrated {
  readonly scores: Float64Array;
  readonly temperature: number;
  readonly thresholds: Readonly<Record<Script, number>>;
  /** Too little of the text is known for the scores to mean anything. */
  readonly strange: boolean;
}

export function createModel(parts: ModelParts): IntentModel {
  const { labels, vocabulary, weights, temperature, thresholds, questions, dense } = parts;
  const read = (text: string, vector: Float32Array | undefined): Calibrated => {
    const row = featurise(text, vocabulary);
    const scores = scoreQuantised(row, weights);
    // A vector knows words that no example has: where there is one, only a text without any word is strange.
    if (dense && vector) return { scores: joinScores(scores, scoreVector(vector, dense), dense.share), temperature: dense.temperature, thresholds: dense.thresholds, strange: sentenceKey(text) === '' };
    return { scores, temperature, thresholds, strange: row.weights.reduce((sum, weight) => sum + weight * weight, 0) < LEAST_KNOWN };
  };
  const classify = (text: string, vector?: Float32Array): Classification => {
    const { scores, strange, ...calibrated } = read(text, vector);
    const total = logSum(scores, calibrated.temperature);
    const ranked = labels.map((label, index) => ({ label, confidence: Math.exp((scores[index] ?? 0) / calibrated.temperature - total) })).toSorted((a, b) => b.confidence - a.confidence);
    const scope = labels.length === 0 ? Number.NEGATIVE_INFINITY : scopeScore(scores, calibrated.temperature);
    const exact = labels[findQuestion(text, questions) ?? -1];
    if (exact !== undefined) return { label: exact, confidence: 1, source: 'exact', outOfScope: false, scope, ranked };
    const best = ranked[0] ?? { label: '', confidence: 0 };
    return { ...best, source: 'model', outOfScope: strange || scope < calibrated.thresholds[scriptOf(text)], scope, ranked };
  };
  return { labels, classify, parts };
}

function scoreVector(vector: Float32Array, { centre, weights }: DensePart): Float64Array {
  if (vector.length !== centre.length) throw new MeshError('MODEL_OUTPUT_INVALID', `a vector has ${vector.length} numbers, those that the intent model was trained with have ${centre.length}`);
  return scoreQuantised(denseRow(vector, centre), weights);
}
