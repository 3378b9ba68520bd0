import { describe, expect, it } from 'vitest';
import { meaningVector, synonymExamples } from '@switchyard/testing';
import { crossValidate } from '../cross-validate.js';
import { parseModel, requireEmbedder, serialiseModel } from '../model-file.js';
import { prepareExamples, type TextVectors } from '../prepare-examples.js';
import { joinParts, trainIntentModel, trainingParts, trainPart } from '../train-intent-model.js';

const vectorsBy = (of: (text: string) => number[], fingerprint = 'meaning:32:unit'): TextVectors => ({
  fingerprint,
  dimension: 32,
  byText: new Map(synonymExamples.map(({ text }) => [text, vectorOf(of, text)])),
});
function vectorOf(of: (text: string) => number[], text: string): Float32Array {
  const values = of(text);
  return Float32Array.from(values, (value) => value / Math.hypot(...values));
}
const meaning = vectorsBy(meaningVector);
/** The same numbers, each text with those of a text that means something else. */
const senseless = vectorsBy((text) => meaningVector(`nothing ${Array.from(text).toReversed().join('')}`));
const model = trainIntentModel(synonymExamples, { vectors: meaning });
const wordsOnly = trainIntentModel(synonymExamples);
const bytes = serialiseModel(model);

describe('a model that is trained with vectors', () => {
  it('is better where the vectors know what the words do not, and tells by how much', () => {
    const { accuracy, vectors } = crossValidate(synonymExamples, { vectors: meaning });
    expect(vectors).toMatchObject({ used: true, fingerprint: 'meaning:32:unit' });
    expect(vectors?.words.accuracy).toBeLessThan(0.5);
    expect(vectors?.both.accuracy).toBeGreaterThan(0.9);
    expect(vectors?.gain).toBeCloseTo(accuracy - crossValidate(synonymExamples).accuracy, 10);
    expect((vectors?.gained ?? 0) - (vectors?.lost ?? 0)).toBe(Math.round((vectors?.gain ?? 0) * synonymExamples.length));
  });

  it('recognises a message by its vector, with confidence, and by its words where there is none', () => {
    const text = 'anything new on the haulage consignment';
    const found = model.classify(text, vectorOf(meaningVector, text));
    expect(found).toMatchObject({ label: 'parcel', source: 'model', outOfScope: false });
    expect(found.confidence).toBeGreaterThan(0.8);
    for (const { text: known } of synonymExamples) expect(model.classify(`${known} now`)).toEqual(wordsOnly.classify(`${known} now`));
  });

  it('takes a text without any word for out of scope, whatever its vector', () => {
    expect(model.classify('？！', vectorOf(meaningVector, 'refund')).outOfScope).toBe(true);
  });

  it('goes by words alone where the vectors do not help, and is then the model that never saw them', () => {
    const { vectors, accuracy } = crossValidate(synonymExamples, { vectors: senseless });
    expect(vectors?.used).toBe(false);
    expect(accuracy).toBe(vectors?.words.accuracy);
    expect(serialiseModel(trainIntentModel(synonymExamples, { vectors: senseless }))).toEqual(serialiseModel(wordsOnly));
  });

  it('is that model too where there are so many examples that a fifth of them calibrates the words', () => {
    const many = Array.from({ length: 4_000 }, (_, at) => ({ text: `${['where', 'when', 'why'][at % 3]} number ${at.toString(36)}`, label: ['one', 'two'][at % 3 % 2] ?? '' }));
    const same = Float32Array.of(0.6, 0.8);
    const noise: TextVectors = { fingerprint: 'same:2:unit', dimension: 2, byText: new Map(many.map(({ text }) => [text, same])) };
    expect(serialiseModel(trainIntentModel(many, { vectors: noise, linear: true }))).toEqual(serialiseModel(trainIntentModel(many, { linear: true })));
  });

  it('is the same byte for byte, in any order of examples and of parts', () => {
    expect(serialiseModel(trainIntentModel(synonymExamples.toReversed(), { vectors: meaning }))).toEqual(bytes);
    const prepared = prepareExamples(synonymExamples, { vectors: meaning });
    expect(serialiseModel(joinParts(prepared, trainingParts(prepared).toReversed().map((part) => trainPart(structuredClone(prepared), part))))).toEqual(bytes);
  });

  it('needs a vector of one length for every example', () => {
    const [first] = synonymExamples;
    const without = new Map(meaning.byText);
    without.delete(first?.text ?? '');
    expect(() => trainIntentModel(synonymExamples, { vectors: { ...meaning, byText: without } })).toThrow(RangeError);
    expect(() => trainIntentModel(synonymExamples, { vectors: { ...meaning, dimension: 31 } })).toThrow(RangeError);
  });

  it('refuses a vector of another length than those of its training', () => {
    expect(() => model.classify('haulage', new Float32Array(31))).toThrow(/MODEL_OUTPUT_INVALID.*31.*32/);
  });
});

describe('its file', () => {
  it('gives the same answers when it is read back', () => {
    const parsed = parseModel(Uint8Array.from([0, ...bytes]).subarray(1));
    for (const { text } of synonymExamples) {
      const other = `${text} 呢`;
      expect(parsed.classify(other, vectorOf(meaningVector, other))).toEqual(model.classify(other, vectorOf(meaningVector, other)));
    }
    expect(serialiseModel(parsed)).toEqual(bytes);
  });

  it('is refused when it is cut short', () => {
    expect(() => parseModel(bytes.subarray(0, bytes.length - 4))).toThrow(/CONFIG_INVALID/);
  });

  it('names the embedder, and no other may be used with it', () => {
    const parsed = parseModel(bytes);
    requireEmbedder(parsed, 'meaning:32:unit');
    requireEmbedder(parsed, undefined);
    expect(() => { requireEmbedder(parsed, 'other:32:unit'); }).toThrow(/CONFIG_INVALID.*meaning:32:unit.*other:32:unit/);
    requireEmbedder(wordsOnly, 'other:32:unit');
  });
});
