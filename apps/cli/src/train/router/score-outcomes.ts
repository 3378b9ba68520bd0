import { predictOutcome, trainRouters, type LoggedOutcome, type RouterSettings } from '@switchyard/intent';
import type { RouterFile } from '@switchyard/site';

/** A router to train for each of the settings on some outcomes, and to ask about others. */
export interface ScoringTask {
  readonly train: readonly LoggedOutcome[];
  readonly judge: readonly LoggedOutcome[];
  readonly settings: readonly RouterSettings[];
}

/** What an answer of the expert is expected to gain on the local model's: the difference of the probabilities that each is right, -1 to 1. */
export function scoreOutcomes({ train, judge, settings }: ScoringTask): Float64Array[] {
  const gainBy = (router: RouterFile) => ({ features }: LoggedOutcome): number => {
    const { local, expert } = predictOutcome(router, features);
    return expert - local;
  };
  return Array.from(trainRouters(train, settings), (router) => Float64Array.from(judge, gainBy(router)));
}

/** Carries tasks out and gives what `scoreOutcomes` says of each, in their order. */
export type ScoreAll = (tasks: readonly ScoringTask[]) => Promise<Float64Array[][]>;
