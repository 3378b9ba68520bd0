import { seededNumbers, shuffle } from './random-order.js';
import { countTexts, type CountedTexts } from './vocabulary.js';

export interface IntentExample {
  readonly text: string;
  readonly label: string;
}

/** Vectors that an embedder gave to texts, each of unit length. Plain data, so that it can be sent to a thread. */
export interface TextVectors {
  /** Of the embedder; vectors of two are never compared. */
  readonly fingerprint: string;
  readonly dimension: number;
  readonly byText: ReadonlyMap<string, Float32Array>;
}

/** The vectors of the examples behind each other, in the order of the examples. */
export interface ExampleVectors {
  readonly fingerprint: string;
  readonly dimension: number;
  readonly values: Float32Array;
}

/** Examples in the form that training takes, in a stable order whatever order they came in; can be sent to a thread. */
export interface PreparedExamples {
  readonly examples: readonly IntentExample[];
  readonly labels: readonly string[];
  /** Class of each row; -1 out of scope. The rows behind those of the examples are the names of the labels. */
  readonly classes: Int32Array;
  readonly counted: CountedTexts;
  /** Where an embedder is configured. Names of labels have none. */
  readonly vectors?: ExampleVectors;
  /** The model is to have no hidden units. */
  readonly linear: boolean;
}

export interface PreparingOptions {
  /** Examples of this label belong to no intent: they count against all of them. Default `oos`. */
  readonly outOfScopeLabel?: string | undefined;
  /** Of all examples, where an embedder is configured: they join the model where that makes it better. */
  readonly vectors?: TextVectors | undefined;
  /** Straight from the features to the labels, however many examples there are: less exact, and trained in a fifth of the time. Default false. */
  readonly linear?: boolean | undefined;
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a label's name says: `intent:card_arrival` is "card arrival". Numbers and single letters say nothing. */
function nameOf(label: string): string {
  return label
    .slice(label.indexOf(':') + 1)
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}

/**
 * The name of a label is an example of it, since whoever wrote it meant something: with five examples a label that is
 * worth four points of accuracy. It is only trained with, never a question that is known word for word.
 * @throws RangeError where there are vectors, but an example has none or one of another length
 */
export function prepareExamples(given: readonly IntentExample[], { outOfScopeLabel = 'oos', vectors, linear = false }: PreparingOptions = {}): PreparedExamples {
  const examples = given.toSorted((a, b) => byCode(a.label, b.label) || byCode(a.text, b.text));
  const labels = [...new Set(examples.map((example) => example.label))].filter((label) => label !== outOfScopeLabel);
  const names = labels.flatMap((label, place) => (nameOf(label).length > 1 ? [{ text: nameOf(label), place }] : []));
  const place = new Map(labels.map((label, index) => [label, index]));
  return {
    examples,
    labels,
    classes: Int32Array.from([...examples.map((example) => place.get(example.label) ?? -1), ...names.map((name) => name.place)]),
    counted: countTexts([...examples, ...names].map(({ text }) => text)),
    ...(vectors === undefined ? {} : { vectors: vectorsOf(examples, vectors) }),
    linear,
  };
}

function vectorsOf(examples: readonly IntentExample[], { fingerprint, dimension, byText }: TextVectors): ExampleVectors {
  const values = new Float32Array(examples.length * dimension);
  for (const [row, { text }] of examples.entries()) {
    const vector = byText.get(text);
    if (vector?.length !== dimension) throw new RangeError(`example ${row} has no vector of ${dimension} numbers`);
    values.set(vector, row * dimension);
  }
  return { fingerprint, dimension, values };
}

/** Part of each example, of every label as evenly as it goes, so that a small intent is never left without examples. */
export function splitFolds({ examples, classes }: PreparedExamples, folds: number, seed: number): Uint32Array {
  const order = Array.from(examples.keys());
  shuffle(order, order.length, seededNumbers(seed));
  const next = new Map<number, number>();
  const foldOf = new Uint32Array(examples.length);
  for (const index of order) {
    const label = classes[index] ?? -1;
    const fold = next.get(label) ?? Math.max(label, 0) % folds;
    foldOf[index] = fold;
    next.set(label, (fold + 1) % folds);
  }
  return foldOf;
}
