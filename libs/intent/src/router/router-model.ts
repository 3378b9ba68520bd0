import { MeshError } from '@switchyard/errors';
import { ROUTER_FORMAT, type BoostedTrees, type RouterFile } from '@switchyard/site';
import { binColumns, type BinnedColumns } from './bin-columns.js';
import { roundValue, sumTrees, trainBoostedTrees, type BoostingOptions } from './boosted-trees.js';
import { QUESTION_FEATURES } from './question-features.js';

/** What became of a question that both models answered: 1 where the model's answer was right. */
export interface LoggedOutcome {
  /** Of the question: `questionFeatures`. */
  readonly features: Float64Array;
  readonly local: 0 | 1;
  readonly expert: 0 | 1;
}

export interface RouterSettings extends Omit<BoostingOptions, 'seed'> {
  /** As many trainings, each with features drawn otherwise, make one head: their mean errs less than one of them. */
  readonly members: number;
}

/** Probabilities, 0 to 1, that the answer of each model is right. */
export interface PredictedOutcome {
  readonly local: number;
  readonly expert: number;
}

/**
 * A router between the local model and the expert: two heads, one for the probability that each model is right. Two
 * of them, since a question is worth the expert where the difference is large, and both are low for the hardest ones.
 * Same outcomes and settings, same router.
 * @param outcomes at least one
 */
export function trainRouter(outcomes: readonly LoggedOutcome[], settings: RouterSettings): RouterFile {
  return [...trainRouters(outcomes, [settings])][0] as RouterFile;
}

/** The same for several settings, one after the other. */
export function* trainRouters(outcomes: readonly LoggedOutcome[], settings: readonly RouterSettings[]): Generator<RouterFile> {
  const columns = binColumns(outcomes.map(({ features }) => features));
  for (const one of settings) {
    const head = (model: 'local' | 'expert', seed: number): BoostedTrees => meanOfMembers(columns, Float64Array.from(outcomes, (outcome) => outcome[model]), one, seed);
    yield { format: ROUTER_FORMAT, features: [...QUESTION_FEATURES], outcomes: outcomes.length, local: head('local', 1), expert: head('expert', 2) };
  }
}

function meanOfMembers(columns: BinnedColumns, targets: Float64Array, { members, ...options }: RouterSettings, seed: number): BoostedTrees {
  const trained = Array.from({ length: members }, (_, member) => trainBoostedTrees(columns, targets, { ...options, seed: seed + 2 * member }));
  return { base: trained[0]?.base ?? 0, trees: trained.flatMap(({ trees }) => trees.map((tree) => ({ ...tree, value: tree.value.map((value) => roundValue(value / members)) }))) };
}

const probability = (value: number): number => Math.min(1, Math.max(0, value));

/** What is to be expected of both models. @param features of the question: `questionFeatures` */
export function predictOutcome({ local, expert }: Pick<RouterFile, 'local' | 'expert'>, features: Float64Array): PredictedOutcome {
  return { local: probability(sumTrees(local, features)), expert: probability(sumTrees(expert, features)) };
}

/**
 * Makes sure that a router reads questions as this release does.
 * @throws MeshError CONFIG_INVALID where it was trained with other features
 */
export function requireFeatures({ features }: Pick<RouterFile, 'features'>): void {
  if (features.join() !== QUESTION_FEATURES.join()) throw new MeshError('CONFIG_INVALID', 'the router was trained with other features than this release reads: train it again (yard train router)', { field: 'router.json' });
}
