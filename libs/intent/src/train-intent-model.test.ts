import { describe, expect, it } from 'vitest';
import { shopExamples } from './__fixtures__/shop-examples.js';
import { crossValidate } from './cross-validate.js';
import { parseModel, serialiseModel } from './model-file.js';
import { prepareExamples } from './prepare-examples.js';
import { joinParts, trainIntentModel, trainingParts, trainPart } from './train-intent-model.js';

const model = trainIntentModel(shopExamples);

describe('trainIntentModel', () => {
  it.each([
    ['refund', 'could I get my money back for the lamp'],
    ['refund', '能不能帮我把钱退回来'],
    ['delivery', 'my package has not arrived, where is it'],
    ['delivery', '快递怎么还没到'],
    ['invoice', 'please issue the invoice to my company'],
    ['invoice', '发票能不能开公司抬头'],
    ['hours', 'what time do you open on saturday'],
    ['hours', '客服周末几点上班'],
  ])('recognises %s in an unseen sentence: %s', (label, text) => {
    const result = model.classify(text);
    expect(result).toMatchObject({ label, source: 'model', outOfScope: false });
    expect(result.confidence).toBeGreaterThan(0.4);
  });

  it('gives a distribution over all labels, the likeliest first', () => {
    const { ranked, label, confidence } = model.classify('where is the invoice of my parcel');
    expect(ranked.map((one) => one.label).toSorted()).toEqual(['delivery', 'hours', 'invoice', 'refund']);
    expect(ranked.reduce((sum, one) => sum + one.confidence, 0)).toBeCloseTo(1, 6);
    expect(ranked[0]).toEqual({ label, confidence });
    expect(ranked.map((one) => one.confidence)).toEqual(ranked.map((one) => one.confidence).toSorted((a, b) => b - a));
  });

  it.each(['quantum chromodynamics lattice', '哥德巴赫猜想', '🙂', '', 'ÿÿÿÿ'])('says that nothing fits: %s', (text) => {
    expect(model.classify(text).outOfScope).toBe(true);
  });

  it.each([
    ['我要退款。', 'refund'],
    ['  i WANT a refund!', 'refund'],
    ['快递 送到哪里了？', 'delivery'],
  ])('knows a sentence of the examples word for word: %s', (text, label) => {
    expect(model.classify(text)).toMatchObject({ label, confidence: 1, source: 'exact', outOfScope: false });
  });

  it('does not know word for word what stands under two labels', () => {
    const twofold = trainIntentModel([...shopExamples, { text: '我要退款', label: 'invoice' }]);
    expect(twofold.classify('我要退款').source).toBe('model');
  });

  it('takes examples that are out of scope as belonging nowhere', () => {
    const outside = ['tell me a joke about cats', 'what is the weather today', 'sing a song for me', '讲个笑话', '今天天气怎么样', '给我唱首歌'].map((text) => ({ text, label: 'oos' }));
    const withOutside = trainIntentModel([...shopExamples, ...outside]);
    expect(withOutside.labels).toEqual(['delivery', 'hours', 'invoice', 'refund']);
    expect(withOutside.classify('what is the weather today').source).toBe('model');
    expect(withOutside.classify('tell me a joke about the weather').outOfScope).toBe(true);
  });

  it.each([
    ['marks that nobody sees', 'I want a \u200fref\u200bund'],
    ['half of a surrogate pair', '我要退款\ud83d'],
    ['another half in front', '\udc00 I want a refund'],
  ])('sees through %s', (_title, text) => {
    expect(model.classify(text).label).toBe('refund');
  });

  it('takes a hundred thousand characters of one letter in its stride', () => {
    const started = performance.now();
    for (const letter of ['a', '的', '\ud800', '\u200f', ' ']) expect(model.classify(letter.repeat(100_000)).outOfScope).toBe(true);
    trainIntentModel([...shopExamples, { text: 'a'.repeat(100_000), label: 'refund' }]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('makes the same model whatever order the parts of the training end in', () => {
    const prepared = prepareExamples(shopExamples);
    const parts = trainingParts(prepared).map((part) => structuredClone(trainPart(structuredClone(prepared), part)));
    expect(serialiseModel(joinParts(prepared, parts.toReversed()))).toEqual(serialiseModel(model));
  });

  it('lets more messages through the smaller the loss that is allowed', () => {
    const texts = ['refund?', 'late parcel', '发票', '几点', 'shop', 'money', 'please help me with this thing', '你好在吗'];
    const outside = (inScopeLoss: number): number => {
      const strict = trainIntentModel(shopExamples, { inScopeLoss });
      return texts.filter((text) => strict.classify(text).outOfScope).length;
    };
    expect(outside(0.5)).toBeGreaterThan(outside(0));
  });

  it('works with one label and with none', () => {
    const one = trainIntentModel([{ text: 'hello there', label: 'hello' }]);
    expect(one.classify('hello')).toMatchObject({ label: 'hello', confidence: 1 });
    expect(trainIntentModel([]).classify('hello')).toMatchObject({ outOfScope: true, ranked: [] });
  });

  it('is trained in seconds for a site of sixty intents', () => {
    const many = Array.from({ length: 60 }, (_, one) => shopExamples.slice(0, 35).map(({ text }, at) => ({ text: `${text} topic${one} variant${at % 7}`, label: `label_${one}` }))).flat();
    const started = performance.now();
    trainIntentModel(many);
    // About two seconds alone on a core; the machine may be busy.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('classifies in well under a millisecond', () => {
    for (let round = 0; round < 200; round++) model.classify('where is my parcel');
    const started = performance.now();
    for (let round = 0; round < 1_000; round++) model.classify(`where is my parcel ${round}`);
    expect((performance.now() - started) / 1_000).toBeLessThan(1);
  });
});

describe('serialiseModel and parseModel', () => {
  const bytes = serialiseModel(model);

  it('gives the same bytes for the same examples, whatever their order', () => {
    expect(serialiseModel(trainIntentModel(shopExamples.toReversed()))).toEqual(bytes);
  });

  it('gives other bytes for other examples', () => {
    expect(serialiseModel(trainIntentModel(shopExamples.slice(1)))).not.toEqual(bytes);
  });

  it.each([
    // At an odd offset, as a file that was read into a pool may lie.
    ['bytes', Uint8Array.from([0, ...bytes]).subarray(1)],
    ['a file that was read', Buffer.from(bytes)],
  ])('reads back from %s a model that gives the same answers', (_title, file) => {
    const parsed = parseModel(file);
    for (const text of ['where is it', '我要退款', '发票呢', 'qqq']) expect(parsed.classify(text)).toEqual(model.classify(text));
    expect(serialiseModel(parsed)).toEqual(bytes);
  });

  it.each([
    ['is empty', new Uint8Array()],
    ['is cut short', bytes.subarray(0, bytes.length - 8)],
    ['is something else', new TextEncoder().encode('{"format": 1}  and more')],
  ])('refuses a file that %s', (_title, file) => {
    expect(() => parseModel(file)).toThrow(/CONFIG_INVALID/);
  });
});

describe('crossValidate', () => {
  it('tells accuracy, by label too, and stays within its bounds', () => {
    const result = crossValidate(shopExamples);
    expect(result).toMatchObject({ examples: 64, labels: 4 });
    expect(result.accuracy).toBeGreaterThan(0.6);
    expect(Object.keys(result.accuracyByLabel)).toEqual(['delivery', 'hours', 'invoice', 'refund']);
    expect(result.inScopeLoss).toBeLessThanOrEqual(0.06);
    expect(result.outOfScopeRecall).toBeUndefined();
  });

  it('names the pair that is confused, most frequent first, with its texts', () => {
    const twins = shopExamples.filter(({ label }) => label === 'refund').map(({ text }, index) => ({ text: `${text} ${index}`, label: index % 2 === 0 ? 'twin_a' : 'twin_b' }));
    const { confused } = crossValidate([...shopExamples.filter(({ label }) => label !== 'refund'), ...twins]);
    const pair = confused.find(({ label, takenFor }) => label === 'twin_a' && takenFor === 'twin_b');
    expect(pair?.count).toBeGreaterThan(2);
    expect(pair?.examples.every((text) => twins.some((twin) => twin.text === text && twin.label === 'twin_a'))).toBe(true);
    expect(confused.map(({ count }) => count)).toEqual(confused.map(({ count }) => count).toSorted((a, b) => b - a));
  });

  it('names examples that stand under the wrong label', () => {
    const wrong = [{ text: 'please refund my money for the order', label: 'hours' }, { text: '申请退货退款', label: 'delivery' }];
    const { suspects } = crossValidate([...shopExamples, ...wrong]);
    for (const { text, label } of wrong) expect(suspects).toContainEqual(expect.objectContaining({ text, label, takenFor: 'refund' }));
    expect(suspects.length).toBeLessThan(6);
    expect(suspects.map(({ confidence }) => confidence)).toEqual(suspects.map(({ confidence }) => confidence).toSorted((a, b) => b - a));
  });

  it('is the same every time', () => {
    expect(crossValidate(shopExamples)).toEqual(crossValidate(shopExamples.toReversed()));
  });

  it('tells how many out-of-scope examples it would catch', () => {
    const outside = ['quantum lattice', 'stock market forecast', 'lyrics of that song', '股市大盘', '宇宙有多大', '唱一首歌'].map((text) => ({ text, label: 'oos' }));
    expect(crossValidate([...shopExamples, ...outside]).outOfScopeRecall).toBeGreaterThan(0.4);
  });
});
