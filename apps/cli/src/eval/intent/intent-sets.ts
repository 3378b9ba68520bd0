import type { IntentExample } from '@switchyard/intent';
import { readRows } from '../read-rows.js';

export interface IntentSplit {
  readonly train: readonly IntentExample[];
  readonly test: readonly IntentExample[];
}

const CROSSWOZ_FOLDS = 5;
const QAMATCH_FOLDS = 3;

const rowsOf = (directory: string, file: string): Promise<IntentExample[]> => readRows<IntentExample>(directory, `intent/${file}.jsonl`);

/** The official splits of BANKING77, with all train rows or with ten or five of each label. */
export async function readBanking(directory: string, train: 'train' | 'fewshot10' | 'fewshot5'): Promise<IntentSplit> {
  return { train: await rowsOf(directory, `banking77.${train}`), test: await rowsOf(directory, 'banking77.test') };
}

/** CLINC150 "full"; the validation rows are what the threshold is fitted on. */
export async function readClinc(directory: string): Promise<IntentSplit & { readonly validation: readonly IntentExample[] }> {
  return { train: await rowsOf(directory, 'clinc150.train'), validation: await rowsOf(directory, 'clinc150.valid'), test: await rowsOf(directory, 'clinc150.test') };
}

/** CrossWOZ in five folds: the turns of every fifth dialogue are tested, so that no dialogue is on both sides. One fold alone is 800 turns, where a point and a half is chance. */
export async function readCrossWoz(directory: string): Promise<IntentSplit[]> {
  const rows = await readRows<IntentExample & { dialog: string }>(directory, 'intent/crosswoz_zh.train.jsonl');
  const dialogues = new Map([...new Set(rows.map(({ dialog }) => dialog))].map((dialog, index) => [dialog, index]));
  return Array.from({ length: CROSSWOZ_FOLDS }, (_, fold) => {
    const isTested = ({ dialog }: { dialog: string }): boolean => (dialogues.get(dialog) ?? 0) % CROSSWOZ_FOLDS === fold;
    return { train: rows.filter((row) => !isTested(row)), test: rows.filter(isTested) };
  });
}

/**
 * qamatch58 in three folds: trained with the standard questions and the customers' questions of two, tested on those of
 * the third. A question that is asked several times counts once, so none is seen in training; what has a list for an
 * answer, or none, is left out.
 */
export async function readQaMatch(directory: string): Promise<IntentSplit[]> {
  const standard = (await readRows<{ id: string; text: string }>(directory, 'intent/qamatch58_zh.std.jsonl')).map(({ id, text }) => ({ text, label: id }));
  const known = new Set(standard.map(({ text }) => text));
  const asked = new Map<string, IntentExample>();
  for (const row of await rowsOf(directory, 'qamatch58_zh.valid')) if (row.label !== 'oos' && !row.label.includes(',') && !known.has(row.text)) asked.set(row.text, row);
  const questions = [...asked.values()];
  return Array.from({ length: QAMATCH_FOLDS }, (_, fold) => ({
    train: [...standard, ...questions.filter((_question, index) => index % QAMATCH_FOLDS !== fold)],
    test: questions.filter((_question, index) => index % QAMATCH_FOLDS === fold),
  }));
}
