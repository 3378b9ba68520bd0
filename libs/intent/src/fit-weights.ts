import type { Layers } from './layers.js';
import type { PreparedExamples } from './prepare-examples.js';
import type { LinearWeights } from './linear-weights.js';
import { trainLinear } from './train-linear.js';
import { trainNetworks } from './train-network.js';
import { trainSoftmax } from './train-softmax.js';
import { buildVocabulary, rowOf, vocabularyOf, type SparseRows, type Vocabulary } from './vocabulary.js';

/** From this many texts on, a feature of a single one is noise and only costs memory. */
const LARGE_SET = 4_000;
/** Of fewer texts a network knows too little to be unsure of what is none of its labels. */
const LEAST_FOR_NETWORK = 500;
/** Networks and the hidden units of each; small ones learn as much from few texts, and four of them less by chance. */
const NETWORKS = { small: { members: 4, units: 32 }, large: { members: 2, units: 64 } } as const;
/** Texts that the small networks see in all, and how often each at the least and at the most; the large ones see each as often as the least. */
const SMALL_NETWORK_ROWS = 40_000;
const NETWORK_EPOCHS = { least: 20, most: 60 } as const;
/** Rich features that are seen once say nothing; with few examples a label, and in a large network, none does. */
const LEAST_FOR_RICH = { few: Number.POSITIVE_INFINITY, many: 2 } as const;
/** One classifier a label takes time for every label, and so does the last layer; of more labels most have two or three examples, and it learns little. */
const MOST_FOR_MARGINS = 400;
/** How much the margins count beside the logistic regression's scores. */
const MARGIN_SHARE = 8;
const MANY_EXAMPLES = 50;
const COST = 1;
const MOST_EPOCHS = 30;
const RATE = { few: 4, many: 6 } as const;
/** Rows that the logistic regression sees in all, over its four to twenty epochs. */
const SOFTMAX_ROWS = 20_000;

/** A model of some of the examples, and all of them as it sees them. */
export interface Fitted {
  readonly vocabulary: Vocabulary;
  readonly vectors: SparseRows;
  readonly layers: Layers;
}

function pick(rows: SparseRows, numbers: readonly number[]): SparseRows {
  const starts = new Uint32Array(numbers.length + 1);
  for (const [at, row] of numbers.entries()) starts[at + 1] = (starts[at] ?? 0) + rowOf(rows, row).places.length;
  const places = new Uint32Array(starts[numbers.length] ?? 0);
  const weights = new Float32Array(places.length);
  for (const [at, row] of numbers.entries()) {
    const one = rowOf(rows, row);
    places.set(one.places, starts[at]);
    weights.set(one.weights, starts[at]);
  }
  return { starts, places, weights };
}

/** Whether a model has hidden units. By all examples, so that what is calibrated on parts of them is of the same kind. */
export function hasHiddenUnits({ linear, classes, labels }: Pick<PreparedExamples, 'linear' | 'classes' | 'labels'>): boolean {
  return !linear && classes.length >= LEAST_FOR_NETWORK && labels.length <= MOST_FOR_MARGINS;
}

/**
 * A network with a layer of hidden units, unless there are few texts or very many labels. Else the sum of a logistic
 * regression over all labels and of one margin classifier per label: both are linear in the same features, so two models
 * cost what one does when a message is read. With many examples a label the sum is better than either; with few the
 * regression is the better one, and the sum within half a point of it. Of very many labels the regression alone.
 */
export function fitWeights(prepared: PreparedExamples, rows: readonly number[], seed: number): Fitted {
  return hasHiddenUnits(prepared) ? fitNetwork(prepared, rows, seed) : fitLinear(prepared, rows, seed);
}

const amountOf = (rows: readonly number[], labels: readonly string[]): 'few' | 'many' => (rows.length >= labels.length * MANY_EXAMPLES ? 'many' : 'few');

function fitNetwork({ labels, classes, counted }: PreparedExamples, rows: readonly number[], seed: number): Fitted {
  const size = classes.length >= LARGE_SET ? 'large' : 'small';
  const amount = amountOf(rows, labels);
  const least = { feature: amount === 'many' ? 2 : 1, rich: LEAST_FOR_RICH[size === 'large' ? 'few' : amount] };
  const { vocabulary, vectors } = buildVocabulary(counted, rows, size === 'large' ? { ...least, feature: 2 } : least);
  const { least: epochs, most } = NETWORK_EPOCHS;
  const options = { ...NETWORKS[size], epochs: size === 'large' ? epochs : Math.min(Math.max(Math.round(SMALL_NETWORK_ROWS / rows.length), epochs), most), seed };
  const ownClasses = Int32Array.from(rows, (row) => classes[row] ?? -1);
  return { vocabulary, vectors, layers: trainNetworks(pick(vectors, rows), ownClasses, labels.length, vocabulary.hashes.length, options) };
}

function fitLinear({ labels, classes, counted }: PreparedExamples, rows: readonly number[], seed: number): Fitted {
  const amount = amountOf(rows, labels);
  const { vocabulary, vectors } = buildVocabulary(counted, rows, { feature: rows.length >= LARGE_SET ? 2 : 1, rich: LEAST_FOR_RICH[amount] });
  const own = pick(vectors, rows);
  const ownClasses = Int32Array.from(rows, (row) => classes[row] ?? -1);
  const features = vocabulary.hashes.length;
  const epochs = Math.min(Math.max(Math.round(SOFTMAX_ROWS / (rows.length || 1)), 4), 20);
  const first = trainSoftmax(own, ownClasses, labels.length, features, { rate: RATE[amount], epochs, seed });
  if (labels.length <= MOST_FOR_MARGINS) addWeights(first, trainLinear(own, ownClasses, labels.length, features, { cost: COST, epochs: MOST_EPOCHS, seed }), MARGIN_SHARE);
  return { vocabulary, vectors, layers: { first } };
}

function addWeights(sum: LinearWeights, more: LinearWeights, share: number): void {
  for (let at = 0; at < sum.weights.length; at++) sum.weights[at] = (sum.weights[at] as number) + share * (more.weights[at] as number);
  for (let one = 0; one < sum.classes; one++) sum.biases[one] = (sum.biases[one] ?? 0) + share * (more.biases[one] ?? 0);
}

/** Weights of a model, half a byte each in its file; so many features at least are kept, whatever the number of labels. */
const MOST_WEIGHTS = 4_200_000;
const LEAST_FEATURES = 20_000;

/**
 * Without the features that move the scores (or hidden units) least: their weights' squares, of scores less what is the
 * same for all labels, times the squares of their values over the examples.
 */
export function pruneFeatures({ vocabulary, vectors, layers }: Fitted): { vocabulary: Vocabulary; layers: Layers } {
  const { classes, weights, biases } = layers.first;
  const features = vocabulary.hashes.length;
  const most = Math.max(Math.floor(MOST_WEIGHTS / (classes || 1)), LEAST_FEATURES);
  if (features <= most) return { vocabulary, layers };
  const moved = new Float64Array(features);
  for (let at = 0; at < vectors.places.length; at++) moved[vectors.places[at] as number] = (moved[vectors.places[at] as number] as number) + (vectors.weights[at] as number) ** 2;
  for (let feature = 0; feature < features; feature++) {
    let sum = 0;
    let square = 0;
    for (let at = feature * classes; at < (feature + 1) * classes; at++) {
      sum += weights[at] as number;
      square += (weights[at] as number) ** 2;
    }
    moved[feature] = (moved[feature] as number) * (square - (layers.last ? 0 : (sum * sum) / classes));
  }
  const kept = Uint32Array.from(moved.keys()).toSorted((a, b) => (moved[b] as number) - (moved[a] as number) || a - b).slice(0, most).toSorted();
  const slim = new Float32Array(kept.length * classes);
  for (const [place, feature] of kept.entries()) slim.set(weights.subarray(feature * classes, (feature + 1) * classes), place * classes);
  return { vocabulary: vocabularyOf(kept.map((feature) => vocabulary.hashes[feature] ?? 0), Float32Array.from(kept, (feature) => vocabulary.rarity[feature] ?? 0)), layers: { ...layers, first: { classes, weights: slim, biases } } };
}
