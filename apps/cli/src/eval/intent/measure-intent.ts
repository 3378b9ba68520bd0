import { serialiseModel, type IntentExample, type IntentModel } from '@switchyard/intent';
import type { EmbeddedTexts } from '@switchyard/local-models';
import { trainInThreads } from '../../train/train-in-threads.js';
import { timeMessages, type MessageTime } from '../time-messages.js';
import { trainFastTextLike } from './fasttext-like.js';
import { accuracyOf, areaUnderCurve, calibrationErrorOf, thresholdKeeping, type Said } from './intent-scores.js';
import { readBanking, readClinc, readCrossWoz, readQaMatch, type IntentSplit } from './intent-sets.js';

/** Share of the validation rows in scope that the threshold may take for out of scope. */
export const IN_SCOPE_LOSS = 0.05;
const OUT_OF_SCOPE = 'oos';

export interface Measured {
  readonly train: number;
  readonly test: number;
  readonly labels: number;
  /** Of the test rows in scope, whatever the threshold says of them. */
  readonly accuracy: number;
  readonly calibrationError: number;
  readonly trainSeconds: number;
  readonly modelBytes: number;
  /** Without what an embedding server takes. */
  readonly time: MessageTime;
  /** Where there is an embedding model: whether the training took its vectors, and the same test rows by words alone. */
  readonly vectors?: { readonly fingerprint: string; readonly used: boolean; readonly words: Pick<Measured, 'accuracy' | 'calibrationError'> };
}

export interface ScopeMeasured extends Measured {
  /** Of the test rows in scope, where one that is taken for out of scope is wrong. */
  readonly accuracyKept: number;
  readonly kept: number;
  readonly outOfScopeRecall: number;
  readonly areaUnderCurve: number;
}

export interface Compared {
  readonly train: number;
  readonly test: number;
  readonly labels: number;
  readonly accuracy: number;
  readonly fastTextLike: number;
  /** The same two of each fold. */
  readonly folds: readonly { readonly accuracy: number; readonly fastTextLike: number }[];
  readonly vectors?: { readonly fingerprint: string; readonly used: boolean; readonly words: Pick<Measured, 'accuracy'> };
}

/** How a set is measured. */
export interface Measuring {
  /** Makes the vectors of rows; absent: words alone. */
  readonly embed?: ((rows: readonly IntentExample[]) => Promise<EmbeddedTexts>) | undefined;
  /** Default: in threads. */
  readonly train?: typeof trainInThreads;
}

export interface IntentReport {
  readonly banking: Measured;
  readonly banking10: Measured;
  readonly banking5: Measured;
  readonly clinc: ScopeMeasured;
  readonly crossWoz: Compared;
  readonly qaMatch: Compared;
}

function ask(model: IntentModel, rows: readonly IntentExample[], vectors?: EmbeddedTexts): Said[] {
  return rows.map(({ text, label }) => {
    const found = model.classify(text, vectors?.byText.get(text));
    return { right: found.label === label, confidence: found.confidence, scope: found.scope, inScope: label !== OUT_OF_SCOPE };
  });
}

async function measure({ train, test }: IntentSplit, { embed, train: makeModel = trainInThreads }: Measuring, others: readonly IntentExample[] = []): Promise<{ measured: Measured; model: IntentModel; said: Said[]; vectors: EmbeddedTexts | undefined }> {
  const vectors = await embed?.([...train, ...test, ...others]);
  const began = performance.now();
  const model = await makeModel(train, { vectors });
  const trainSeconds = (performance.now() - began) / 1_000;
  const said = ask(model, test, vectors);
  const inScope = said.filter((row) => row.inScope);
  const byWords = ask(model, test).filter((row) => row.inScope);
  return {
    model,
    said,
    vectors,
    measured: {
      train: train.length,
      test: test.length,
      labels: model.labels.length,
      accuracy: accuracyOf(inScope),
      calibrationError: calibrationErrorOf(inScope),
      trainSeconds,
      modelBytes: serialiseModel(model).byteLength,
      time: timeMessages(test.map(({ text }) => text), (text) => model.classify(text, vectors?.byText.get(text))),
      ...(vectors ? { vectors: { fingerprint: vectors.fingerprint, used: model.parts.dense !== undefined, words: { accuracy: accuracyOf(byWords), calibrationError: calibrationErrorOf(byWords) } } } : {}),
    },
  };
}

async function measureScope(split: IntentSplit & { readonly validation: readonly IntentExample[] }, measuring: Measuring): Promise<ScopeMeasured> {
  const { measured, model, said, vectors } = await measure(split, measuring, split.validation);
  const threshold = thresholdKeeping(ask(model, split.validation, vectors), IN_SCOPE_LOSS);
  const inScope = said.filter((row) => row.inScope);
  const outside = said.filter((row) => !row.inScope);
  return {
    ...measured,
    accuracyKept: inScope.filter(({ right, scope }) => right && scope >= threshold).length / inScope.length,
    kept: inScope.filter(({ scope }) => scope >= threshold).length / inScope.length,
    outOfScopeRecall: outside.filter(({ scope }) => scope < threshold).length / outside.length,
    areaUnderCurve: areaUnderCurve(said),
  };
}

async function compare(splits: readonly IntentSplit[], { embed, train: makeModel = trainInThreads }: Measuring): Promise<Compared> {
  const ours: { right: boolean }[] = [];
  const theirs: { right: boolean }[] = [];
  const byWords: { right: boolean }[] = [];
  const folds: Compared['folds'][number][] = [];
  let used = false;
  let fingerprint: string | undefined;
  for (const { train, test } of splits) {
    const vectors = await embed?.([...train, ...test]);
    const model = await makeModel(train, { vectors });
    const said = ask(model, test, vectors);
    ours.push(...said);
    byWords.push(...ask(model, test));
    used ||= model.parts.dense !== undefined;
    fingerprint = vectors?.fingerprint;
    const labelOf = trainFastTextLike(train);
    const reference = test.map(({ text, label }) => ({ right: labelOf(text) === label }));
    theirs.push(...reference);
    folds.push({ accuracy: accuracyOf(said), fastTextLike: accuracyOf(reference) });
  }
  const all = splits[0] ?? { train: [], test: [] };
  return { train: all.train.length, test: ours.length, labels: new Set(all.train.map(({ label }) => label)).size, accuracy: accuracyOf(ours), fastTextLike: accuracyOf(theirs), folds, ...(fingerprint === undefined ? {} : { vectors: { fingerprint, used, words: { accuracy: accuracyOf(byWords) } } }) };
}

/** Every part takes the folder of evaluation data, and how to measure, and measures one set. */
export const PARTS: { readonly [Part in keyof IntentReport]: (directory: string, measuring?: Measuring) => Promise<IntentReport[Part]> } = {
  banking: async (directory, measuring = {}) => (await measure(await readBanking(directory, 'train'), measuring)).measured,
  banking10: async (directory, measuring = {}) => (await measure(await readBanking(directory, 'fewshot10'), measuring)).measured,
  banking5: async (directory, measuring = {}) => (await measure(await readBanking(directory, 'fewshot5'), measuring)).measured,
  clinc: async (directory, measuring = {}) => measureScope(await readClinc(directory), measuring),
  crossWoz: async (directory, measuring = {}) => compare(await readCrossWoz(directory), measuring),
  qaMatch: async (directory, measuring = {}) => compare(await readQaMatch(directory), measuring),
};
