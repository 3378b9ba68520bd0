import { trainIntentModel, type IntentModel } from '@switchyard/intent';
import type { InjectionExample } from './compose-examples.js';

export interface InjectionModel {
  /** How much a text is like the attacks among the examples: calibrated, 0 to 1. */
  readonly probability: (text: string) => number;
}

/**
 * A classifier of attacks and ordinary messages: a linear one over words and pieces of words. Deterministic; some
 * hundred examples take a fifth of a second. It knows the languages of its examples.
 */
export function trainInjectionModel(examples: readonly InjectionExample[]): InjectionModel {
  return injectionModelOf(trainIntentModel(examples, { linear: true }));
}

/** @param model trained with the labels of `InjectionExample` */
export function injectionModelOf(model: Pick<IntentModel, 'labels' | 'classify'>): InjectionModel {
  const attack = model.labels.indexOf('attack');
  return { probability: (text) => model.classify(text).confidences[attack] ?? 0 };
}

/**
 * The probability above which a share of ordinary messages of at most `falseAlarms` lies.
 * @param probabilities of ordinary messages that the model was not trained with
 * @param falseAlarms 0 to 1
 */
export function thresholdFor(probabilities: readonly number[], falseAlarms: number): number {
  const descending = probabilities.toSorted((a, b) => b - a);
  return descending[Math.floor(descending.length * falseAlarms)] ?? 1;
}
