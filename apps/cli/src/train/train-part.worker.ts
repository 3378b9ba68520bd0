import { parentPort, workerData } from 'node:worker_threads';
import { trainPart, type TrainingInput } from '@switchyard/intent';

const { prepared, part } = workerData as TrainingInput;
const made = trainPart(prepared, part);
parentPort?.postMessage(made, made.weights ? [made.weights.layers.first.bytes.buffer as ArrayBuffer] : []);
