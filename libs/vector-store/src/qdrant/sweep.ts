import type { Logger } from '@switchyard/telemetry';
import type { Home } from './collections.js';
import type { QdrantCalls } from './qdrant-calls.js';
import { NEVER } from './snapshot.js';

/** Passages that were replaced are there for so long, for readers that have begun before. */
const KEPT_MS = 120_000;
/** Passages that were stored and never shown are of a writer that is gone by then. */
const STAGED_MS = 6 * 3_600_000;
const EVERY_MS = 60_000;

/** Removes, from time to time, what no reader can see any more. */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly calls: QdrantCalls,
    private readonly logger: Logger | undefined,
    private readonly everyMs: number = EVERY_MS,
    private readonly keptMs: number = KEPT_MS,
  ) {}

  /** Within a minute or so; more such calls before that add nothing. */
  soon(home: Home): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.running = this.sweep(home).catch((error: unknown) => this.logger?.warn({ err: error }, 'what was replaced could not be removed; the next write tries again'));
    }, this.everyMs).unref();
  }

  async sweep({ passages }: Home): Promise<void> {
    const now = Date.now();
    await this.calls.deleteWhere(passages, { must: [{ key: 'until_at', range: { lt: now - this.keptMs } }] });
    await this.calls.deleteWhere(passages, { must: [{ key: 'since', range: { gte: NEVER } }, { key: 'staged_at', range: { lt: now - STAGED_MS } }] });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
  }
}
