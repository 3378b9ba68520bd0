import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { createModel, type IntentModel } from './intent-model.js';
import { packWeights, unpackWeights } from './quantise-weights.js';
import { vocabularyOf } from './vocabulary.js';

/** Changes with the features, the arithmetic or the layout: an artefact of another release is trained anew. */
export const MODEL_FORMAT = 3;

// JSON has no infinity: the threshold of a model that was never calibrated.
const Threshold = z.number().nullable();
const Header = z.object({
  format: z.literal(MODEL_FORMAT),
  labels: z.array(z.string()),
  features: z.int().nonnegative(),
  temperature: z.number().positive(),
  thresholds: z.object({ han: Threshold, latin: Threshold }),
  questions: z.int().nonnegative(),
});

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const aligned = (length: number): number => Math.ceil(length / 4) * 4;
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The model as bytes: header length (32 bits, little endian), JSON header, then the arrays. Same model, same bytes. */
export function serialiseModel({ parts }: IntentModel): Uint8Array {
  const { labels, vocabulary, weights, temperature, thresholds, questions } = parts;
  const header: z.infer<typeof Header> = {
    format: MODEL_FORMAT,
    labels: [...labels],
    features: vocabulary.hashes.length,
    temperature,
    thresholds: { han: finite(thresholds.han), latin: finite(thresholds.latin) },
    questions: questions.labels.length,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const arrays = [vocabulary.hashes, vocabulary.rarity, weights.scales, weights.biases, questions.hashes, questions.labels, packWeights(weights.bytes)].map(bytesOf);
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
    if (body.byteLength !== features * 8 + classes * 8 + questions * 12 + Math.ceil((features * classes) / 2)) throw new RangeError('the arrays have another length than the header says');
    const scalesAt = features * 8;
    const questionsAt = scalesAt + classes * 8;
    return createModel({
      labels,
      vocabulary: vocabularyOf(new Uint32Array(body, 0, features), new Float32Array(body, features * 4, features)),
      weights: {
        classes,
        scales: new Float32Array(body, scalesAt, classes),
        biases: new Float32Array(body, scalesAt + classes * 4, classes),
        bytes: unpackWeights(new Uint8Array(body, questionsAt + questions * 12), features * classes),
      },
      temperature: header.temperature,
      thresholds: { han: header.thresholds.han ?? Number.NEGATIVE_INFINITY, latin: header.thresholds.latin ?? Number.NEGATIVE_INFINITY },
      questions: { hashes: new Uint32Array(body, questionsAt, questions * 2), labels: new Uint32Array(body, questionsAt + questions * 8, questions) },
    });
  } catch (error) {
    throw new MeshError('CONFIG_INVALID', 'the file is not an intent model of this release', { cause: error });
  }
}
