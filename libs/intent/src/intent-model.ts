import { MeshError } from '@switchyard/errors';
import { logSum, scriptOf, type Script } from './calibrate.js';
import { denseRow } from './dense/fit-dense.js';
import { joinScores, likeliest } from './dense/join-scores.js';
import { findQuestion, type KnownQuestions } from './known-questions.js';
import { scoreQuantisedLayers, type QuantisedLayers } from './layers.js';
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
  /** Calibrated probabilities, in the order of the model's labels. */
  readonly confidences: Float64Array;
  /** Every label, the likeliest first; made anew for each who asks. */
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
  readonly layers: QuantisedLayers;
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
  const { labels, vocabulary, layers, temperature, thresholds, questions, dense } = parts;
  const read = (text: string, vector: Float32Array | undefined): Calibrated => {
    const row = featurise(text, vocabulary);
    const scores = scoreQuantisedLayers(row, layers);
    // A vector knows words that no example has: where there is one, only a text without any word is strange.
    if (dense && vector) return { scores: joinScores(scores, scoreVector(vector, dense), dense.share), temperature: dense.temperature, thresholds: dense.thresholds, strange: sentenceKey(text) === '' };
    return { scores, temperature, thresholds, strange: shareKnown(row.weights) < LEAST_KNOWN };
  };
  const classify = (text: string, vector?: Float32Array): Classification => {
    const calibrated = read(text, vector);
    const { scores } = calibrated;
    const total = logSum(scores, calibrated.temperature);
    const confidences = scores.map((score) => Math.exp(score / calibrated.temperature - total));
    const scope = labels.length === 0 ? Number.NEGATIVE_INFINITY : total * calibrated.temperature;
    const exact = findQuestion(text, questions);
    if (exact !== undefined && exact < labels.length) return new Classified(labels, confidences, scope, { label: labels[exact] ?? '', confidence: 1, source: 'exact', outOfScope: false });
    const best = likeliest(confidences);
    const outOfScope = calibrated.strange || scope < calibrated.thresholds[scriptOf(text)];
    return new Classified(labels, confidences, scope, { label: labels[best] ?? '', confidence: confidences[best] ?? 0, source: 'model', outOfScope });
  };
  return { labels, classify, parts };
}

/** Ranks its labels only for who asks: a hundred objects are half the work of recognising a message. */
class Classified implements Classification {
  readonly label: string;
  readonly confidence: number;
  readonly source: Classification['source'];
  readonly outOfScope: boolean;

  constructor(
    private readonly labels: readonly string[],
    readonly confidences: Float64Array,
    readonly scope: number,
    { label, confidence, source, outOfScope }: Pick<Classification, 'label' | 'confidence' | 'source' | 'outOfScope'>,
  ) {
    this.label = label;
    this.confidence = confidence;
    this.source = source;
    this.outOfScope = outOfScope;
  }

  get ranked(): readonly LabelProbability[] {
    return this.labels.map((label, at) => ({ label, confidence: this.confidences[at] ?? 0 })).toSorted((a, b) => b.confidence - a.confidence);
  }
}

/** Of the squared length of a vector. */
function shareKnown(weights: Float32Array): number {
  let share = 0;
  for (let at = 0; at < weights.length; at++) share += (weights[at] as number) * (weights[at] as number);
  return share;
}

function scoreVector(vector: Float32Array, { centre, weights }: DensePart): Float64Array {
  if (vector.length !== centre.length) throw new MeshError('MODEL_OUTPUT_INVALID', `a vector has ${vector.length} numbers, those that the intent model was trained with have ${centre.length}`);
  return scoreQuantised(denseRow(vector, centre), weights);
}
