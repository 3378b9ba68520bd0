import { runInThreads } from '@switchyard/config';
import { trainInParts, type IntentExample, type IntentModel, type TrainedPart, type TrainingOptions } from '@switchyard/intent';

const trainer = new URL('./train-part.worker.js', import.meta.url);

/** The same model as `trainIntentModel` makes, its parts made in threads. */
export function trainInThreads(examples: readonly IntentExample[], options: TrainingOptions = {}): Promise<IntentModel> {
  return trainInParts(examples, options, (inputs) => runInThreads<TrainedPart>(trainer, inputs));
}
