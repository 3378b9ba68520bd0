import { parentPort, workerData } from 'node:worker_threads';
import { runInThreads } from '@switchyard/config';
import { joinParts, prepareExamples, serialiseModel, trainingParts, type IntentExample, type TrainedPart, type TrainingOptions } from '@switchyard/intent';

const { examples, options } = workerData as { examples: IntentExample[]; options: TrainingOptions };
const prepared = prepareExamples(examples, options.outOfScopeLabel, options.vectors);
const inputs = trainingParts(prepared).map((part) => ({ prepared, part }));
const parts = await runInThreads<TrainedPart>(new URL('./train-part.worker.js', import.meta.url), inputs);
const bytes = serialiseModel(joinParts(prepared, parts, options));
parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
