import type { Reading, ReadingLimits } from './reading-thread.js';
import { ReadingThread } from './reading-thread.js';
import type { ReadingOrder } from './reading-messages.js';

export interface ReadingThreadsOptions extends ReadingLimits {
  /** Documents that are read at the same time. */
  readonly threads: number;
  /** A thread that has read nothing for so long gives its memory back. */
  readonly idleMs: number;
}

const NAME = 'read-passages.worker.js';
/** Beside this module; where that is a source, as in tests, what was built from it, since Node starts no sources. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? `../../../dist/ingest/read/${NAME}` : `./${NAME}`, import.meta.url);

/** The threads in which documents are read, started when there is something to read. Who comes first is read first. */
export class ReadingThreads {
  private readonly idle: ReadingThread[] = [];
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private clock: NodeJS.Timeout | undefined;

  constructor(private readonly options: ReadingThreadsOptions) {}

  /** @throws MeshError DOCUMENT_… naming the document; the signal's reason */
  async read(order: ReadingOrder, signal: AbortSignal): Promise<Reading> {
    while (this.busy >= this.options.threads) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy += 1;
    clearTimeout(this.clock);
    let thread = this.idle.pop();
    while (thread?.isOver) thread = this.idle.pop();
    thread ??= new ReadingThread(PROGRAM, this.options);
    try {
      return await thread.read(order, signal);
    } finally {
      if (!thread.isOver) this.idle.push(thread);
      this.busy -= 1;
      this.waiting.shift()?.();
      if (this.busy === 0) this.clock = setTimeout(() => void this.close(), this.options.idleMs).unref();
    }
  }

  /** Ends the idle threads; what is being read goes on. */
  async close(): Promise<void> {
    clearTimeout(this.clock);
    await Promise.all(this.idle.splice(0).map((thread) => thread.close()));
  }
}
