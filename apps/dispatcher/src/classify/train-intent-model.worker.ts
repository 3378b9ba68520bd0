import { parentPort, workerData } from 'node:worker_threads';
import { runInThreads } from '@switchyard/config';
import { serialiseModel, trainInParts, type IntentExample, type TrainedPart, type TrainingOptions } from '@switchyard/intent';

const trainer = new URL('./train-part.worker.js', import.meta.url);

const { examples, options } = workerData as { examples: IntentExample[]; options: TrainingOptions };
const bytes = serialiseModel(await trainInParts(examples, options, (inputs) => runInThreads<TrainedPart>(trainer, inputs)));
parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
