import type { LinearWeights } from './linear-weights.js';
import { seededFractions, seededNumbers, shuffle } from './random-order.js';
import { toErrors } from './train-softmax.js';
import type { SparseRows } from './vocabulary.js';

/** A layer of hidden units over the features, and a linear classifier over the units. */
export interface Network {
  readonly first: LinearWeights;
  readonly last: LinearWeights;
}

export interface NetworkOptions {
  /** Hidden units of each network. */
  readonly units: number;
  /** Networks. */
  readonly members: number;
  readonly epochs: number;
  readonly seed: number;
}

/** Lengths of the first step; they fall to nought in a straight line. */
const HIDDEN_RATE = 0.8;
const OUTPUT_RATE = 0.03;
/** Biases learn slower than the weights: they must not outweigh them in short texts. */
const BIAS_RATE = 0.1;
/** Shares of the features of a text, and of the hidden units, that a step does without. */
const DROPPED_FEATURES = 0.5;
const DROPPED_UNITS = 0.2;
/** First weights are even random numbers up to these. */
const FIRST_HIDDEN = 0.15;
const FIRST_OUTPUT = 0.05;

function randomWeights(rows: number, classes: number, most: number, next: () => number): LinearWeights {
  const weights = new Float32Array(rows * classes);
  for (let at = 0; at < weights.length; at++) weights[at] = (next() * 2 - 1) * most;
  return { classes, weights, biases: new Float32Array(classes) };
}

/**
 * Networks with one hidden layer, each by stochastic gradient descent with dropout of features and of units (Srivastava
 * et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 2014). Words that say the same share
 * units, which a linear classifier cannot learn. Their mean is one network with all their units, and errs less than one
 * that is trained with as many. Same rows and seed, same weights.
 * @param labels class of each row; -1 is of no class, and is pulled to all of them alike
 */
export function trainNetworks(rows: SparseRows, labels: Int32Array, classes: number, features: number, options: NetworkOptions): Network {
  return meanOf(Array.from({ length: options.members }, (_, member) => trainNetwork(rows, labels, classes, features, options, member)), features);
}

function trainNetwork(rows: SparseRows, labels: Int32Array, classes: number, features: number, { units, epochs, seed }: NetworkOptions, member: number): Network {
  const next = seededFractions(seed + 7_919 * member);
  const first = randomWeights(features, units, FIRST_HIDDEN, next);
  const last = randomWeights(units, classes, FIRST_OUTPUT, next);
  const step = stepper(rows, { first, last }, next);
  const order = Uint32Array.from(labels.keys());
  const turn = seededNumbers(seed + 7_919 * member);
  const steps = labels.length * epochs;
  for (let at = 0; at < steps; at++) {
    if (at % labels.length === 0) shuffle(order, order.length, turn);
    const row = order[at % labels.length] as number;
    step(row, labels[row] as number, 1 - at / steps);
  }
  return { first, last };
}

/** One network whose scores are the mean of those of several: their units side by side. */
function meanOf(networks: readonly Network[], features: number): Network {
  const units = networks.reduce((sum, { first }) => sum + first.classes, 0);
  const weights = new Float32Array(features * units);
  let column = 0;
  for (const { first } of networks) {
    for (let feature = 0; feature < features; feature++) weights.set(first.weights.subarray(feature * first.classes, (feature + 1) * first.classes), feature * units + column);
    column += first.classes;
  }
  const share = 1 / networks.length;
  const classes = networks[0]?.last.classes ?? 0;
  return {
    first: { classes: units, weights, biases: Float32Array.from(networks.flatMap(({ first }) => [...first.biases])) },
    last: {
      classes,
      weights: Float32Array.from(networks.flatMap(({ last }) => [...last.weights]), (weight) => weight * share),
      biases: Float32Array.from({ length: classes }, (_, one) => networks.reduce((sum, { last }) => sum + (last.biases[one] ?? 0) * share, 0)),
    },
  };
}

/** A function that moves the weights towards the label of a row. @returns a function of row, label and share of the first rate */
function stepper({ starts, places, weights: values }: SparseRows, { first, last }: Network, next: () => number): (row: number, label: number, rate: number) => void {
  const { classes: units, weights: into, biases: unitBiases } = first;
  const { classes, weights: out, biases } = last;
  let longest = 0;
  for (let row = 0; row + 1 < starts.length; row++) longest = Math.max(longest, (starts[row + 1] as number) - (starts[row] as number));
  // Features that are not dropped: where their weights begin, and their values.
  const bases = new Uint32Array(longest);
  const seen = new Float32Array(longest);
  const sums = new Float32Array(units);
  // Units that are neither dropped nor nought.
  const active = new Uint32Array(units);
  const errors = new Float32Array(classes);
  const moves = new Float32Array(units);
  const addOne = (at: number): void => {
    const base = bases[at] as number;
    const value = seen[at] as number;
    for (let unit = 0; unit < units; unit++) sums[unit] = (sums[unit] as number) + value * (into[base + unit] as number);
  };
  // Four features at a time take half the time of one by one.
  const addFour = (at: number): void => {
    const [a, b, c, d] = [bases[at] as number, bases[at + 1] as number, bases[at + 2] as number, bases[at + 3] as number];
    const [valueA, valueB, valueC, valueD] = [seen[at] as number, seen[at + 1] as number, seen[at + 2] as number, seen[at + 3] as number];
    for (let unit = 0; unit < units; unit++) {
      sums[unit] = (sums[unit] as number) + valueA * (into[a + unit] as number) + valueB * (into[b + unit] as number) + valueC * (into[c + unit] as number) + valueD * (into[d + unit] as number);
    }
  };
  return (row, label, rate) => {
    let size = 0;
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      if (next() < DROPPED_FEATURES) continue;
      bases[size] = (places[at] as number) * units;
      seen[size++] = (values[at] as number) / (1 - DROPPED_FEATURES);
    }
    sums.set(unitBiases);
    let at = 0;
    for (; at + 3 < size; at += 4) addFour(at);
    for (; at < size; at++) addOne(at);
    errors.set(biases);
    let live = 0;
    for (let unit = 0; unit < units; unit++) {
      if (next() < DROPPED_UNITS || (sums[unit] as number) <= 0) continue;
      active[live++] = unit;
      const value = (sums[unit] as number) / (1 - DROPPED_UNITS);
      for (let one = 0, at = unit * classes; one < classes; one++, at++) errors[one] = (errors[one] as number) + value * (out[at] as number);
    }
    toErrors(errors, label);
    for (let one = 0; one < classes; one++) biases[one] = (biases[one] as number) - rate * OUTPUT_RATE * BIAS_RATE * (errors[one] as number);
    for (let place = 0; place < live; place++) {
      const unit = active[place] as number;
      const length = (rate * OUTPUT_RATE * (sums[unit] as number)) / (1 - DROPPED_UNITS);
      let slope = 0;
      for (let one = 0, at = unit * classes; one < classes; one++, at++) {
        slope += (errors[one] as number) * (out[at] as number);
        out[at] = (out[at] as number) - length * (errors[one] as number);
      }
      const move = (rate * HIDDEN_RATE * slope) / (1 - DROPPED_UNITS);
      unitBiases[unit] = (unitBiases[unit] as number) - BIAS_RATE * move;
      moves[place] = move;
    }
    for (let at = 0; at < size; at++) {
      const base = bases[at] as number;
      const value = seen[at] as number;
      for (let place = 0; place < live; place++) {
        const weight = base + (active[place] as number);
        into[weight] = (into[weight] as number) - value * (moves[place] as number);
      }
    }
  };
}
