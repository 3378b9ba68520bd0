import { ReadingThreads, type ReadingThreadsOptions } from '../ingest/read/reading-threads.js';

export const readingThreads = (options: Partial<ReadingThreadsOptions> = {}): ReadingThreads => new ReadingThreads({ threads: 1, timeMs: 30_000, memoryMb: 512, idleMs: 5_000, ...options });
