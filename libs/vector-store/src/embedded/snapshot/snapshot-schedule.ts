import type { KnowledgeScope } from '@switchyard/contracts';

/** How long a scope must have been left alone before its snapshot is written. */
const SETTLED_MS = 2_000;
/** Where writes do not end, it is written after so many times that. */
const AT_LATEST = 30;

interface Planned {
  readonly scope: KnowledgeScope;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** When snapshots are written: once the writes to a scope have settled, one scope at a time, and the rest when the store closes. */
export class SnapshotSchedule {
  private readonly planned = new Map<string, Planned>();
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly save: (scope: KnowledgeScope, isClosing: boolean) => Promise<void>,
    private readonly settledMs = SETTLED_MS,
  ) {}

  changed(scope: KnowledgeScope): void {
    if (this.closed) return;
    const key = JSON.stringify([scope.tenant, scope.collection]);
    const now = performance.now();
    const before = this.planned.get(key);
    clearTimeout(before?.timer);
    const since = before?.since ?? now;
    const waitMs = Math.max(0, Math.min(this.settledMs, since + this.settledMs * AT_LATEST - now));
    const timer = setTimeout(() => {
      this.planned.delete(key);
      this.enqueue(scope, false);
    }, waitMs);
    // Nothing is lost where the process ends before.
    timer.unref();
    this.planned.set(key, { scope, since, timer });
  }

  /** Writes what is planned, and resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { scope, timer } of this.planned.values()) {
      clearTimeout(timer);
      this.enqueue(scope, true);
    }
    this.planned.clear();
    await this.turn;
  }

  private enqueue(scope: KnowledgeScope, isClosing: boolean): void {
    // A snapshot that fails is made up for by the next.
    this.turn = this.turn.then(() => this.save(scope, isClosing)).catch(() => undefined);
  }
}
