import { parentPort, workerData } from 'node:worker_threads';
import { scoreOutcomes, type ScoringTask } from './score-outcomes.js';

const scores = scoreOutcomes(workerData as ScoringTask);
parentPort?.postMessage(scores, scores.map(({ buffer }) => buffer as ArrayBuffer));
