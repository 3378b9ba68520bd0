import type { IntentModel } from '@switchyard/intent';
import { scoreInjection } from '../score-injection.js';
import { composeExamples } from './compose-examples.js';
import { injectionModelOf, trainInjectionModel, type InjectionModel } from './injection-model.js';

/**
 * The classifier speaks only above this probability: one in a thousand of ordinary service messages that it was not
 * trained with lies above it (train rows of BANKING77, CLINC150 and Bitext, `yard eval injection`).
 */
export const INJECTION_THRESHOLD = 0.964;
/** What the classifier alone gives at its threshold. */
const LEAST = 0.7;

let model: InjectionModel | undefined;

/**
 * Makes the classifier ready, once a process: a tier calls it at its start, so that no message waits for it.
 * @param trained what was trained with `composeExamples()`; without, it is trained now, which takes half a second
 */
export function prepareInjectionClassifier(trained?: IntentModel): InjectionModel {
  model ??= trained ? injectionModelOf(trained) : trainInjectionModel(composeExamples());
  return model;
}

/** How much a probability of the classifier counts, 0 to 1: nothing up to its threshold, from 0.7 upwards above it. */
export function weightOf(probability: number, threshold: number): number {
  return probability <= threshold ? 0 : LEAST + ((1 - LEAST) * (probability - threshold)) / (1 - threshold);
}

/**
 * How much a message looks like an attempt to override a model's orders, reveal its prompt or change its role, 0 to 1:
 * the rules of `scoreInjection` and a trained classifier, as independent evidence. A low score is no proof of
 * innocence: what a model may do must not hang on it alone.
 * @param byRules what the rules say of it, where that is known
 */
export function detectInjection(text: string, byRules = scoreInjection(text)): number {
  const byModel = weightOf(prepareInjectionClassifier().probability(text), INJECTION_THRESHOLD);
  return Math.round((1 - (1 - byRules) * (1 - byModel)) * 1_000) / 1_000;
}
