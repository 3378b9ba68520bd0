import { runInThreads } from '@switchyard/config';
import type { ScoreAll } from './score-outcomes.js';

const scorer = new URL('./score-outcomes.worker.js', import.meta.url);

export const scoreInThreads: ScoreAll = (tasks) => runInThreads<Float64Array[]>(scorer, tasks);
