import { Worker } from 'node:worker_threads';
import type { StoredPassage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { documentFault } from './document-fault.js';
import type { ReadingAnswer, ReadingOrder } from './reading-messages.js';

export interface ReadingLimits {
  /** Time for one document, in ms. */
  readonly timeMs: number;
  /** Memory of a thread, in MiB: objects, texts and buffers together. */
  readonly memoryMb: number;
}

export interface Reading {
  readonly title: string;
  readonly passages: readonly StoredPassage[];
}

/** How often the memory of a thread is looked at, in ms: buffers are not in the heap that Node can bound. */
const LOOK_MS = 100;
const MIB = 1024 * 1024;
/** Node's own bound lies above: close to it a thread does nothing but collect garbage. It is for what grows faster than it is looked at. */
const HEAP_FACTOR = 1.5;

/** One thread that reads one document at a time, and that no document survives but the tier does. */
export class ReadingThread {
  private readonly worker: Worker;
  private fail: (error: Error) => void = () => undefined;
  private take: (answer: ReadingAnswer) => void = () => undefined;
  /** Set when the thread is no more. */
  isOver = false;

  constructor(program: URL, private readonly limits: ReadingLimits) {
    this.worker = new Worker(program, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb * HEAP_FACTOR, maxYoungGenerationSizeMb: 32 } });
    this.worker.on('message', (answer: ReadingAnswer) => this.take(answer));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', (code) => this.end(new Error(`the thread ended with ${code}`)));
    // An idle thread keeps no process alive; a document in work has a promise that somebody awaits.
    this.worker.unref();
  }

  /**
   * @throws MeshError DOCUMENT_… as the reader threw it; DOCUMENT_TOO_COMPLEX over the limits of time and memory; the
   * signal's reason. After the last two the thread is over.
   */
  async read(order: ReadingOrder, signal: AbortSignal): Promise<Reading> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Reading>();
    const passages: StoredPassage[] = [];
    const tooMuch = (what: string): MeshError => documentFault('DOCUMENT_TOO_COMPLEX', order.fileName, `takes more than ${what} to read`);
    const stop = (error: Error): void => {
      reject(error);
      this.end(error);
      void this.worker.terminate();
    };
    this.fail = (error) => reject('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch(`${this.limits.memoryMb} MiB`) : error);
    this.take = (answer) => {
      if (answer.kind === 'failed') reject(new MeshError(answer.code, answer.detail, answer.field === undefined ? {} : { field: answer.field }));
      else {
        for (const passage of answer.passages) passages.push(passage);
        if (answer.kind === 'done') resolve({ title: answer.title, passages });
      }
    };
    const timer = setTimeout(() => stop(tooMuch(`${this.limits.timeMs / 1_000} s`)), this.limits.timeMs);
    const watch = setInterval(() => void this.look().then((bytes) => bytes > this.limits.memoryMb * MIB && stop(tooMuch(`${this.limits.memoryMb} MiB`))), LOOK_MS);
    const abort = (): void => stop(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    this.worker.ref();
    this.worker.postMessage(order, []);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener('abort', abort);
      this.worker.unref();
    }
  }

  async close(): Promise<void> {
    this.isOver = true;
    await this.worker.terminate();
  }

  private end(error: Error): void {
    this.isOver = true;
    this.fail(error);
  }

  /** Bytes that the thread holds; 0 where it cannot say, because it ends. */
  private async look(): Promise<number> {
    try {
      const { used_heap_size: heap, external_memory: external } = await this.worker.getHeapStatistics();
      return heap + external;
    } catch {
      return 0;
    }
  }
}
