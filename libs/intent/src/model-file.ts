import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { createModel, type DensePart, type IntentModel } from './intent-model.js';
import { packWeights, unpackWeights } from './quantise-weights.js';
import { vocabularyOf } from './vocabulary.js';

/** Changes with the features, the arithmetic or the layout: an artefact of another release is trained anew. */
export const MODEL_FORMAT = 4;

// JSON has no infinity: the threshold of a model that was never calibrated.
const Threshold = z.number().nullable();
const Thresholds = z.object({ han: Threshold, latin: Threshold });
const Header = z.object({
  format: z.literal(MODEL_FORMAT),
  labels: z.array(z.string()),
  features: z.int().nonnegative(),
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
  const { labels, vocabulary, weights, temperature, thresholds, questions, dense } = parts;
  const header: z.infer<typeof Header> = {
    format: MODEL_FORMAT,
    labels: [...labels],
    features: vocabulary.hashes.length,
    temperature,
    thresholds: written(thresholds),
    questions: questions.labels.length,
    ...(dense ? { dense: { fingerprint: dense.fingerprint, dimension: dense.centre.length, share: dense.share, temperature: dense.temperature, thresholds: written(dense.thresholds) } } : {}),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const arrays = [vocabulary.hashes, vocabulary.rarity, weights.scales, weights.biases, questions.hashes, questions.labels, ...(dense ? [dense.centre, dense.weights.scales, dense.weights.biases] : []), packWeights(weights.bytes), ...(dense ? [packWeights(dense.weights.bytes)] : [])].map(bytesOf);
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
    const { features, labels, questions } = header;
    const classes = labels.length;
    const denseAt = features * 8 + classes * 8 + questions * 12;
    const packedAt = denseAt + (header.dense ? header.dense.dimension * 4 + classes * 8 : 0);
    const densePackedAt = packedAt + Math.ceil((features * classes) / 2);
    if (body.byteLength !== densePackedAt + Math.ceil(((header.dense?.dimension ?? 0) * classes) / 2)) throw new RangeError('the arrays have another length than the header says');
    const scalesAt = features * 8;
    const questionsAt = scalesAt + classes * 8;
    return createModel({
      labels,
      vocabulary: vocabularyOf(new Uint32Array(body, 0, features), new Float32Array(body, features * 4, features)),
      weights: {
        classes,
        scales: new Float32Array(body, scalesAt, classes),
        biases: new Float32Array(body, scalesAt + classes * 4, classes),
        bytes: unpackWeights(new Uint8Array(body, packedAt), features * classes),
      },
      temperature: header.temperature,
      thresholds: read(header.thresholds),
      questions: { hashes: new Uint32Array(body, questionsAt, questions * 2), labels: new Uint32Array(body, questionsAt + questions * 8, questions) },
      dense: header.dense ? densePartOf(header.dense, body, classes, { at: denseAt, packedAt: densePackedAt }) : undefined,
    });
  } catch (error) {
    throw new MeshError('CONFIG_INVALID', 'the file is not an intent model of this release', { cause: error });
  }
}

function densePartOf({ dimension, thresholds, ...rest }: NonNullable<z.infer<typeof Header>['dense']>, body: ArrayBuffer, classes: number, { at, packedAt }: { at: number; packedAt: number }): DensePart {
  const scalesAt = at + dimension * 4;
  return {
    ...rest,
    thresholds: read(thresholds),
    centre: new Float32Array(body, at, dimension),
    weights: {
      classes,
      scales: new Float32Array(body, scalesAt, classes),
      biases: new Float32Array(body, scalesAt + classes * 4, classes),
      bytes: unpackWeights(new Uint8Array(body, packedAt), dimension * classes),
    },
  };
}

/**
 * Makes sure that the vectors which a model will be given are of the embedder that it was trained with.
 * @param fingerprint of the embedder at hand; undefined: there is none, and words alone decide
 * @throws MeshError CONFIG_INVALID where it is another
 */
export function requireEmbedder({ parts: { dense } }: IntentModel, fingerprint: string | undefined): void {
  if (dense && fingerprint !== undefined && dense.fingerprint !== fingerprint) throw new MeshError('CONFIG_INVALID', `the intent model was trained with vectors of ${dense.fingerprint}, and the embedding model is ${fingerprint}: train it again`, { field: 'models.embedding.model' });
}
