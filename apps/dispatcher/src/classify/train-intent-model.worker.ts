import { parentPort, workerData } from 'node:worker_threads';
import { serialiseModel, trainIntentModel, type IntentExample, type TrainingOptions } from '@switchyard/intent';

const { examples, options } = workerData as { examples: IntentExample[]; options: TrainingOptions };
const bytes = serialiseModel(trainIntentModel(examples, options));
parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
