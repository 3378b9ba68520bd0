import type { Embedder, EmbeddingRole } from '@switchyard/contracts';

export interface BatchOptions {
  /** Milliseconds that a text waits for others, at most; 0: until the turn of the event loop is over. */
  readonly waitMs: number;
  /** Texts that are enough not to wait for more. */
  readonly maxTexts: number;
}

interface Waiting {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** Texts of one role that go to the server together. */
class Batch {
  readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly embedder: Embedder,
    private readonly role: EmbeddingRole,
    private readonly options: BatchOptions,
  ) {}

  add(one: Waiting): void {
    this.waiting.push(one);
    if (this.waiting.reduce((sum, { texts }) => sum + texts.length, 0) >= this.options.maxTexts) this.send();
    else this.timer ??= setTimeout(() => this.send(), this.options.waitMs);
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const sent = this.waiting.splice(0).filter(({ signal }) => !signal.aborted);
    if (sent.length > 0) void this.run(sent);
  }

  private async run(sent: readonly Waiting[]): Promise<void> {
    const stop = new AbortController();
    // The call ends when the last of those who wait for it has gone.
    let left = sent.length;
    const gone = (): void => {
      left -= 1;
      if (left === 0) stop.abort(sent.at(-1)?.signal.reason);
    };
    for (const { signal } of sent) signal.addEventListener('abort', gone, { once: true });
    try {
      const vectors = await this.embedder.embed(sent.flatMap(({ texts }) => texts), stop.signal, this.role);
      let from = 0;
      for (const { texts, resolve } of sent) resolve(vectors.slice(from, (from += texts.length)));
    } catch (error) {
      for (const { reject } of sent) reject(error);
    } finally {
      for (const { signal } of sent) signal.removeEventListener('abort', gone);
    }
  }
}

/**
 * The embedder, asked once for what several jobs want at nearly the same time. Each caller's signal ends its own wait only.
 * What is larger than a batch by itself goes at once, and alone.
 */
export function batchingEmbedder(embedder: Embedder, options: BatchOptions): Embedder {
  const batches = new Map<EmbeddingRole, Batch>();
  const batchOf = (role: EmbeddingRole): Batch => {
    const batch = batches.get(role) ?? new Batch(embedder, role, options);
    batches.set(role, batch);
    return batch;
  };
  return {
    fingerprint: embedder.fingerprint,
    dimension: embedder.dimension,
    embed: (texts, signal, role = 'sentence') => {
      if (texts.length === 0) return Promise.resolve([]);
      if (texts.length >= options.maxTexts) return embedder.embed(texts, signal, role);
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const abort = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', abort, { once: true });
        const done = <Args extends unknown[]>(then: (...args: Args) => void) => (...args: Args): void => {
          signal.removeEventListener('abort', abort);
          then(...args);
        };
        return batchOf(role).add({ texts, signal, resolve: done(resolve), reject: done(reject) });
      });
    },
  };
}
