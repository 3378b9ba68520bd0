import { runInThreads } from '@switchyard/config';
import { joinParts, prepareExamples, trainingParts, type IntentExample, type IntentModel, type TrainedPart, type TrainingOptions } from '@switchyard/intent';

const trainer = new URL('./train-part.worker.js', import.meta.url);

/** The same model as `trainIntentModel` makes, its parts made in threads. */
export async function trainInThreads(examples: readonly IntentExample[], options: TrainingOptions = {}): Promise<IntentModel> {
  const prepared = prepareExamples(examples, options.outOfScopeLabel, options.vectors);
  const inputs = trainingParts(prepared).map((part) => ({ prepared, part }));
  return joinParts(prepared, await runInThreads<TrainedPart>(trainer, inputs), options);
}
