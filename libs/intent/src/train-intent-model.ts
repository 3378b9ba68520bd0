import { fitTemperature, fitThresholds, scriptOf, type HeldOut } from './calibrate.js';
import { denseRow, fitDense, vectorAt } from './dense/fit-dense.js';
import { joinHeldOut } from './dense/join-scores.js';
import { fitWeights, pruneFeatures } from './fit-weights.js';
import { createModel, type DensePart, type IntentModel } from './intent-model.js';
import { knownQuestions } from './known-questions.js';
import { quantiseLayers, scoreLayers, type QuantisedLayers } from './layers.js';
import { scoreRow } from './linear-weights.js';
import { prepareExamples, splitFolds, type IntentExample, type PreparedExamples, type PreparingOptions } from './prepare-examples.js';
import { quantise, type QuantisedWeights } from './quantise-weights.js';
import { rowOf, vocabularyOf } from './vocabulary.js';
export type { IntentExample, TextVectors } from './prepare-examples.js';

export interface TrainingOptions extends PreparingOptions {
  /** Share of in-scope messages that may be taken for out of scope, 0 to 0.5. Default 0.05. */
  readonly inScopeLoss?: number;
}

export const DEFAULT_TRAINING = { inScopeLoss: 0.05 } as const;
const SEED = 42;

/** Few examples are held out by turns, so that all of them calibrate; of many, some folds of five are enough, of which each takes as long as the model. */
const ENOUGH_OF = [{ examples: 4_000, folds: 1 }, { examples: 1_000, folds: 2 }] as const;
const ALL_FOLDS = 5;
/** Whether vectors help is judged on all folds; words are calibrated on the same ones whether there are vectors or not. */
const foldsOf = ({ examples, vectors }: PreparedExamples): { readonly ofWords: number; readonly heldOut: number } => {
  const ofWords = ENOUGH_OF.find((one) => examples.length >= one.examples)?.folds ?? ALL_FOLDS;
  return { ofWords, heldOut: vectors ? ALL_FOLDS : ofWords };
};

/** Scores of the examples of one fold under a model that was trained without them. */
function scoreFold(prepared: PreparedExamples, fold: number, folds: number): HeldOut[] {
  const foldOf = splitFolds(prepared, folds, SEED);
  const rows = Array.from(prepared.classes.keys()).filter((row) => foldOf[row] !== fold);
  const { vectors, layers } = fitWeights(prepared, rows, SEED);
  const scoreDense = denseScorer(prepared, rows);
  return prepared.examples.flatMap(({ text }, index) =>
    foldOf[index] === fold ? [{ index, scores: scoreLayers(rowOf(vectors, index), layers), label: prepared.classes[index] ?? -1, script: scriptOf(text), fold, ...scoreDense(index) }] : [],
  );
}

/** The scores of an example's vector under a model of some rows. */
function denseScorer(prepared: PreparedExamples, rows: readonly number[]): (index: number) => Pick<HeldOut, 'dense'> {
  const { vectors, examples } = prepared;
  if (!vectors) return () => ({});
  const { centre, weights } = fitDense(prepared, vectors, rows.filter((row) => row < examples.length), SEED);
  return (index) => ({ dense: scoreRow(denseRow(vectorAt(vectors, index), centre), weights) });
}

/** Scores of every example under one of five models, which was trained without it. */
export function scoreHeldOut(prepared: PreparedExamples): HeldOut[] {
  if (prepared.labels.length < 2) return [];
  return Array.from({ length: ALL_FOLDS }, (_, fold) => scoreFold(prepared, fold, ALL_FOLDS)).flat().toSorted((a, b) => a.index - b.index);
}

/** What a thread makes: the features and weights of the model, or the scores of what is held out for its calibration. */
export type TrainingPart = 'weights' | number;

/** Parts that may be made at the same time, in any order: the model is the same. The longest comes first. */
export function trainingParts(prepared: PreparedExamples): TrainingPart[] {
  return ['weights', ...Array.from({ length: prepared.labels.length < 2 ? 0 : foldsOf(prepared).heldOut }, (_, fold) => fold)];
}

export interface TrainedPart {
  readonly weights?: { readonly hashes: Uint32Array; readonly rarity: Float32Array; readonly layers: QuantisedLayers; readonly dense?: { readonly centre: Float32Array; readonly weights: QuantisedWeights } };
  readonly heldOut: readonly HeldOut[];
}

export function trainPart(prepared: PreparedExamples, part: TrainingPart): TrainedPart {
  if (part !== 'weights') return { heldOut: scoreFold(prepared, part, ALL_FOLDS) };
  const { vocabulary, layers } = pruneFeatures(fitWeights(prepared, Array.from(prepared.classes.keys()), SEED));
  return { weights: { hashes: vocabulary.hashes, rarity: vocabulary.rarity, layers: quantiseLayers(layers), ...denseWeights(prepared) }, heldOut: [] };
}

function denseWeights(prepared: PreparedExamples): { dense?: { centre: Float32Array; weights: QuantisedWeights } } {
  if (!prepared.vectors) return {};
  const { centre, weights } = fitDense(prepared, prepared.vectors, Array.from(prepared.examples.keys()), SEED);
  return { dense: { centre, weights: quantise(weights) } };
}

/** The part for vectors, calibrated together with the words; undefined where it makes the model no better. */
function densePart(prepared: PreparedExamples, made: TrainedPart['weights'], heldOut: readonly HeldOut[], inScopeLoss: number): DensePart | undefined {
  const joined = joinHeldOut(heldOut);
  if (!prepared.vectors || !made?.dense || !joined?.better) return undefined;
  const temperature = fitTemperature(joined.heldOut);
  return { fingerprint: prepared.vectors.fingerprint, ...made.dense, share: joined.share, temperature, thresholds: fitThresholds(joined.heldOut, temperature, inScopeLoss) };
}

/** The model of all parts. @throws RangeError where the part with the weights is missing */
export function joinParts(prepared: PreparedExamples, parts: readonly TrainedPart[], options: TrainingOptions = {}): IntentModel {
  const { inScopeLoss } = { ...DEFAULT_TRAINING, ...options };
  const made = parts.find((part) => part.weights)?.weights;
  if (!made) throw new RangeError('no part of the training has the weights');
  const heldOut = parts.flatMap((part) => part.heldOut).toSorted((a, b) => a.index - b.index);
  const ofWords = heldOut.filter(({ fold }) => fold < foldsOf(prepared).ofWords);
  const temperature = fitTemperature(ofWords);
  return createModel({
    labels: prepared.labels,
    vocabulary: vocabularyOf(made.hashes, made.rarity),
    layers: made.layers,
    temperature,
    thresholds: fitThresholds(ofWords, temperature, inScopeLoss),
    questions: knownQuestions(prepared.examples, prepared.labels),
    dense: densePart(prepared, made, heldOut, inScopeLoss),
  });
}

/**
 * Trains a classifier of messages. Deterministic: the same examples in any order give the same model, byte for byte.
 * Confidence is calibrated, and the threshold of "none of these" fitted, on texts held out in cross-validation.
 * 60 labels with 35 examples each take about a second or two.
 */
export function trainIntentModel(examples: readonly IntentExample[], options: TrainingOptions = {}): IntentModel {
  const prepared = prepareExamples(examples, options);
  return joinParts(prepared, trainingParts(prepared).map((part) => trainPart(prepared, part)), options);
}
