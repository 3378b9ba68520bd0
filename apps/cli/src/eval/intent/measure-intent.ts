import { serialiseModel, type IntentExample, type IntentModel } from '@switchyard/intent';
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
  readonly time: MessageTime;
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
}

export interface IntentReport {
  readonly banking: Measured;
  readonly banking10: Measured;
  readonly banking5: Measured;
  readonly clinc: ScopeMeasured;
  readonly crossWoz: Compared;
  readonly qaMatch: Compared;
}

function ask(model: IntentModel, rows: readonly IntentExample[]): Said[] {
  return rows.map(({ text, label }) => {
    const found = model.classify(text);
    return { right: found.label === label, confidence: found.confidence, scope: found.scope, inScope: label !== OUT_OF_SCOPE };
  });
}

async function measure({ train, test }: IntentSplit): Promise<{ measured: Measured; model: IntentModel; said: Said[] }> {
  const began = performance.now();
  const model = await trainInThreads(train);
  const trainSeconds = (performance.now() - began) / 1_000;
  const said = ask(model, test);
  const inScope = said.filter((row) => row.inScope);
  return {
    model,
    said,
    measured: {
      train: train.length,
      test: test.length,
      labels: model.labels.length,
      accuracy: accuracyOf(inScope),
      calibrationError: calibrationErrorOf(inScope),
      trainSeconds,
      modelBytes: serialiseModel(model).byteLength,
      time: timeMessages(test.map(({ text }) => text), model.classify),
    },
  };
}

async function measureScope(split: IntentSplit & { readonly validation: readonly IntentExample[] }): Promise<ScopeMeasured> {
  const { measured, model, said } = await measure(split);
  const threshold = thresholdKeeping(ask(model, split.validation), IN_SCOPE_LOSS);
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

async function compare(splits: readonly IntentSplit[]): Promise<Compared> {
  const ours: { right: boolean }[] = [];
  const theirs: { right: boolean }[] = [];
  for (const { train, test } of splits) {
    ours.push(...ask(await trainInThreads(train), test));
    const labelOf = trainFastTextLike(train);
    theirs.push(...test.map(({ text, label }) => ({ right: labelOf(text) === label })));
  }
  const all = splits[0] ?? { train: [], test: [] };
  return { train: all.train.length, test: ours.length, labels: new Set(all.train.map(({ label }) => label)).size, accuracy: accuracyOf(ours), fastTextLike: accuracyOf(theirs) };
}

/** Every part takes the folder of evaluation data and measures one set. */
export const PARTS: { readonly [Part in keyof IntentReport]: (directory: string) => Promise<IntentReport[Part]> } = {
  banking: async (directory) => (await measure(await readBanking(directory, 'train'))).measured,
  banking10: async (directory) => (await measure(await readBanking(directory, 'fewshot10'))).measured,
  banking5: async (directory) => (await measure(await readBanking(directory, 'fewshot5'))).measured,
  clinc: async (directory) => measureScope(await readClinc(directory)),
  crossWoz: async (directory) => compare([await readCrossWoz(directory)]),
  qaMatch: async (directory) => compare(await readQaMatch(directory)),
};
