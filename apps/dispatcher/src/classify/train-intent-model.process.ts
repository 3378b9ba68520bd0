import { runInThreads } from '@switchyard/config';
import { serialiseModel, trainInParts, type TrainedPart } from '@switchyard/intent';
import type { TrainingOrder } from './train-in-process.js';

const trainer = new URL(`./train-part.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

// Whoever asked is gone.
process.once('disconnect', () => process.exit(1));
process.once('message', (order: TrainingOrder) => {
  void trainInParts(order.examples, order.options, (inputs) => runInThreads<TrainedPart>(trainer, inputs)).then((model) => process.send?.(serialiseModel(model)));
});
