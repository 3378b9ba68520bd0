import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { createModel, type DensePart, type IntentModel, type ModelParts } from './intent-model.js';
import { packWeights, unpackWeights, type QuantisedWeights } from './quantise-weights.js';
import { vocabularyOf } from './vocabulary.js';

/** Changes with the features, the arithmetic or the layout: an artefact of another release is trained anew. */
export const MODEL_FORMAT = 6;

// JSON has no infinity: the threshold of a model that was never calibrated.
const Threshold = z.number().nullable();
const Thresholds = z.object({ han: Threshold, latin: Threshold });
const Header = z.object({
  format: z.literal(MODEL_FORMAT),
  labels: z.array(z.string()),
  features: z.int().nonnegative(),
  /** Units of the hidden layer, where there is one. */
  hidden: z.int().positive().optional(),
  temperature: z.number().positive(),
  thresholds: Thresholds,
  questions: z.int().nonnegative(),
  dense: z.object({ fingerprint: z.string().min(1), dimension: z.int().positive(), share: z.number().positive(), temperature: z.number().positive(), thresholds: Thresholds }).optional(),
});

const written = ({ han, latin }: DensePart['thresholds']): z.infer<typeof Thresholds> => ({ han: finite(han), latin: finite(latin) });
const read = ({ han, latin }: z.infer<typeof Thresholds>): DensePart['thresholds'] => ({ han: han ?? Number.NEGATIVE_INFINITY, latin: latin ?? Number.NEGATIVE_INFINITY });
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const aligned = (length: number): number => Math.ceil(length / 4) * 4;
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The model as bytes: header length (32 bits, little endian), JSON header, then the arrays. Same model, same bytes. */
export function serialiseModel({ parts }: IntentModel): Uint8Array {
  const { labels, vocabulary, layers, temperature, thresholds, questions, dense } = parts;
  const header: z.infer<typeof Header> = {
    format: MODEL_FORMAT,
    labels: [...labels],
    features: vocabulary.hashes.length,
    ...(layers.last ? { hidden: layers.first.classes } : {}),
    temperature,
    thresholds: written(thresholds),
    questions: questions.labels.length,
    ...(dense ? { dense: { fingerprint: dense.fingerprint, dimension: dense.centre.length, share: dense.share, temperature: dense.temperature, thresholds: written(dense.thresholds) } } : {}),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const packed = [layers.first, ...(dense ? [dense.weights] : [])];
  const arrays = [vocabulary.hashes, vocabulary.rarity, questions.hashes, questions.labels, ...(dense ? [dense.centre] : []), ...(layers.last ? [layers.last.weights, layers.last.biases] : []), ...packed.flatMap(({ scales, biases }) => [scales, biases]), ...packed.map(({ bytes }) => packWeights(bytes))].map(bytesOf);
  const start = aligned(4 + json.length);
  const file = new Uint8Array(start + arrays.reduce((sum, array) => sum + array.length, 0));
  new DataView(file.buffer).setUint32(0, json.length, true);
  file.set(json, 4);
  let at = start;
  for (const array of arrays) {
    file.set(array, at);
    at += array.length;
  }
  return file;
}

/**
 * The model of a file.
 * @throws MeshError CONFIG_INVALID where it is not a model of this release, or cut short
 */
export function parseModel(file: Uint8Array): IntentModel {
  try {
    const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(0, true);
    const header = Header.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(4, 4 + length))));
    // A copy, since the arrays need an offset that is a multiple of four; `slice` of a Buffer makes none.
    const body = new Uint8Array(file.subarray(aligned(4 + length))).buffer;
    return createModel(partsOf(header, body));
  } catch (error) {
    throw new MeshError('CONFIG_INVALID', 'the file is not an intent model of this release', { cause: error });
  }
}

function partsOf({ labels, features, hidden, temperature, thresholds, questions, dense }: z.infer<typeof Header>, body: ArrayBuffer): ModelParts {
  let at = 0;
  /** Where the next array of so many bytes begins. */
  const take = (bytes: number): number => (at += bytes) - bytes;
  const whole = (length: number): Uint32Array => new Uint32Array(body, take(length * 4), length);
  const real = (length: number): Float32Array => new Float32Array(body, take(length * 4), length);
  const vocabulary = vocabularyOf(whole(features), real(features));
  const known = { hashes: whole(questions * 2), labels: whole(questions) };
  const centre = real(dense?.dimension ?? 0);
  const classes = labels.length;
  const last = hidden === undefined ? undefined : { classes, weights: real(hidden * classes), biases: real(classes) };
  const scalesOf = (columns: number): Omit<QuantisedWeights, 'bytes'> => ({ classes: columns, scales: real(columns), biases: real(columns) });
  const [ofFirst, ofDense] = [scalesOf(hidden ?? classes), scalesOf(dense ? classes : 0)];
  const steps = (rows: number, columns: number): Int8Array => unpackWeights(new Uint8Array(body, take(Math.ceil((rows * columns) / 2)), Math.ceil((rows * columns) / 2)), rows * columns);
  const first = { ...ofFirst, bytes: steps(features, ofFirst.classes) };
  const ofVectors = dense && { ...dense, thresholds: read(dense.thresholds), centre, weights: { ...ofDense, bytes: steps(dense.dimension, classes) } };
  if (body.byteLength !== at) throw new RangeError('the arrays have another length than the header says');
  return { labels, vocabulary, layers: { first, last }, temperature, thresholds: read(thresholds), questions: known, dense: ofVectors };
}

/**
 * Makes sure that the vectors which a model will be given are of the embedder that it was trained with.
 * @param fingerprint of the embedder at hand; undefined: there is none, and words alone decide
 * @throws MeshError CONFIG_INVALID where it is another
 */
export function requireEmbedder({ parts: { dense } }: IntentModel, fingerprint: string | undefined): void {
  if (dense && fingerprint !== undefined && dense.fingerprint !== fingerprint) throw new MeshError('CONFIG_INVALID', `the intent model was trained with vectors of ${dense.fingerprint}, and the embedding model is ${fingerprint}: train it again`, { field: 'models.embedding.model' });
}
