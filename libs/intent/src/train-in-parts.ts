import type { IntentModel } from './intent-model.js';
import { prepareExamples, type IntentExample, type PreparedExamples } from './prepare-examples.js';
import { joinParts, trainingParts, type TrainedPart, type TrainingOptions, type TrainingPart } from './train-intent-model.js';

/** What a part is made from; it can be copied to a thread. */
export interface TrainingInput {
  readonly prepared: PreparedExamples;
  readonly part: TrainingPart;
}

/**
 * The same model as `trainIntentModel` makes, its parts made elsewhere, such as in threads.
 * @param run makes the part of each input with `trainPart`, and gives them in the order of the inputs
 */
export async function trainInParts(examples: readonly IntentExample[], options: TrainingOptions, run: (inputs: readonly TrainingInput[]) => Promise<TrainedPart[]>): Promise<IntentModel> {
  const prepared = prepareExamples(examples, options);
  return joinParts(prepared, await run(trainingParts(prepared).map((part) => ({ prepared, part }))), options);
}
