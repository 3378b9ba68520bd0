import { fitTemperature, fitThresholds, logSum, scopeScore, type HeldOut } from './calibrate.js';
import { joinHeldOut, likeliest } from './dense/join-scores.js';
import { prepareExamples, type IntentExample, type PreparedExamples } from './prepare-examples.js';
import { DEFAULT_TRAINING, scoreHeldOut, type TrainingOptions } from './train-intent-model.js';

export interface ConfusedPair {
  readonly label: string;
  /** What was recognised instead. */
  readonly takenFor: string;
  readonly count: number;
  /** The texts, at most five. */
  readonly examples: readonly string[];
}

/** An example that a model, which did not see it, is sure to be of another label. */
export interface Suspect {
  readonly text: string;
  readonly label: string;
  readonly takenFor: string;
  /** Of the other label. */
  readonly confidence: number;
}

/** How well the examples predict each other. */
export interface Validated {
  readonly examples: number;
  readonly labels: number;
  /** Share of the in-scope examples whose likeliest label was theirs. */
  readonly accuracy: number;
  /** The same by label. */
  readonly accuracyByLabel: Readonly<Record<string, number>>;
  /** Mean gap between confidence and accuracy over ten bins, 0 is perfect. */
  readonly calibrationError: number;
  /** Share of the in-scope examples that the fitted threshold takes for out of scope. */
  readonly inScopeLoss: number;
  /** Share of the out-of-scope examples that it catches; undefined where there are none. */
  readonly outOfScopeRecall?: number;
  /** Most frequent first. */
  readonly confused: readonly ConfusedPair[];
  /** Examples that probably stand under the wrong label, the surest first. */
  readonly suspects: readonly Suspect[];
}

/** What an embedder's vectors are worth: the same examples and folds, by words alone and by both. */
export interface Comparison {
  /** Of the embedder. */
  readonly fingerprint: string;
  readonly words: Pick<Validated, 'accuracy' | 'calibrationError'>;
  readonly both: Pick<Validated, 'accuracy' | 'calibrationError'>;
  /** Accuracy with the vectors less that without, -1 to 1. */
  readonly gain: number;
  /** Examples that are right only with the vectors, and only without. */
  readonly gained: number;
  readonly lost: number;
  /** How much the scores of the vectors count. */
  readonly share: number;
  /** Whether the gain is more than chance would do, so that the model takes the vectors. */
  readonly used: boolean;
}

/** Of the model that would be used: with the vectors where they make it better. */
export interface CrossValidation extends Validated {
  /** Where there are vectors. */
  readonly vectors?: Comparison;
}

/** Where the other label has so much and the given one so little, either is wrong, or two labels mean the same. */
const SURE_OF_OTHER = 0.9;
const LITTLE_FOR_OWN = 0.02;
const BINS = 10;
const SHOWN_EXAMPLES = 5;

/** How well the examples predict each other: every one is classified by one of five models, which did not see it. */
export function crossValidate(given: readonly IntentExample[], options: TrainingOptions = {}): CrossValidation {
  const { inScopeLoss, vectors } = { ...DEFAULT_TRAINING, ...options };
  const prepared = prepareExamples(given, options);
  const heldOut = scoreHeldOut(prepared);
  const words = validate(prepared, heldOut, inScopeLoss);
  const joined = joinHeldOut(heldOut);
  if (!joined || !vectors) return words;
  const both = validate(prepared, joined.heldOut, inScopeLoss);
  const of = ({ accuracy, calibrationError }: Validated): Comparison['words'] => ({ accuracy, calibrationError });
  const { gained, lost, share, better: used } = joined;
  return { ...(used ? both : words), vectors: { fingerprint: vectors.fingerprint, words: of(words), both: of(both), gain: both.accuracy - words.accuracy, gained, lost, share, used } };
}

function validate(prepared: PreparedExamples, heldOut: readonly HeldOut[], inScopeLoss: number): Validated {
  const temperature = fitTemperature(heldOut);
  const thresholds = fitThresholds(heldOut, temperature, inScopeLoss);
  const pairs = new Map<string, { label: string; takenFor: string; texts: string[] }>();
  const suspects: Suspect[] = [];
  const perLabel = prepared.labels.map(() => ({ right: 0, all: 0 }));
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0, all: 0 }));
  let lost = 0;
  const outOfScope = { caught: 0, all: 0 };
  for (const { index, scores, label, script } of heldOut) {
    const isOut = scopeScore(scores, temperature) < thresholds[script];
    if (label < 0) {
      outOfScope.all++;
      if (isOut) outOfScope.caught++;
      continue;
    }
    if (isOut) lost++;
    const best = likeliest(scores);
    const confidence = Math.exp((scores[best] ?? 0) / temperature - logSum(scores, temperature));
    const bin = bins[Math.min(Math.floor(confidence * BINS), BINS - 1)];
    const counted = perLabel[label];
    if (!bin || !counted) continue;
    bin.all++;
    bin.confidence += confidence;
    counted.all++;
    if (best === label) {
      bin.right++;
      counted.right++;
      continue;
    }
    const names = { label: prepared.labels[label] ?? '', takenFor: prepared.labels[best] ?? '' };
    const key = JSON.stringify(names);
    const pair = pairs.get(key) ?? { ...names, texts: [] };
    const text = prepared.examples[index]?.text ?? '';
    pair.texts.push(text);
    const ofOwn = Math.exp((scores[label] ?? 0) / temperature - logSum(scores, temperature));
    if (confidence >= SURE_OF_OTHER && ofOwn <= LITTLE_FOR_OWN) suspects.push({ text, ...names, confidence });
    pairs.set(key, pair);
  }
  const inScope = heldOut.length - outOfScope.all || 1;
  return {
    examples: prepared.examples.length,
    labels: prepared.labels.length,
    accuracy: perLabel.reduce((sum, { right }) => sum + right, 0) / inScope,
    accuracyByLabel: Object.fromEntries(prepared.labels.map((label, index) => [label, (perLabel[index]?.right ?? 0) / (perLabel[index]?.all || 1)])),
    calibrationError: bins.reduce((sum, { all, confidence, right }) => sum + Math.abs(confidence - right) * (all > 0 ? 1 : 0), 0) / inScope,
    inScopeLoss: lost / inScope,
    ...(outOfScope.all === 0 ? {} : { outOfScopeRecall: outOfScope.caught / outOfScope.all }),
    suspects: suspects.toSorted((a, b) => b.confidence - a.confidence),
    confused: [...pairs.values()]
      .map(({ label, takenFor, texts }) => ({ label, takenFor, count: texts.length, examples: texts.slice(0, SHOWN_EXAMPLES) }))
      .toSorted((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
  };
}
