import { parentPort, workerData } from 'node:worker_threads';
import { trainPart, type PreparedExamples, type TrainingPart } from '@switchyard/intent';

const { prepared, part } = workerData as { prepared: PreparedExamples; part: TrainingPart };
const made = trainPart(prepared, part);
parentPort?.postMessage(made, made.weights ? [made.weights.quantised.bytes.buffer as ArrayBuffer] : []);
