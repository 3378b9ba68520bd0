import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { MeshError } from '@switchyard/errors';

/** How long a write waits for another process to end its own. */
const LOCK_WAIT_MS = 15_000;
const SQLITE_BUSY = 5;
/** How long a transaction takes more work in: long enough for dozens of documents, short enough for other processes, which wait for its end. */
const GROUP_MS = 100;

const sqliteCode = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code : undefined;
};

interface Waiting {
  /** Runs the work; returns what tells the caller, to be called when the transaction is durable. Never throws for the work's own fault. */
  readonly run: () => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Writes of one process one after another; between processes the file's lock decides. What waits at the same time
 * shares one transaction (group commit), since making it durable costs as much for one document as for fifty.
 */
export class WriteQueue {
  private waiting: Waiting[] = [];
  private working: Promise<void> | undefined;

  constructor(private readonly database: DatabaseSync) {}

  /**
   * Runs `work` in a transaction and resolves when it is durable. Where `work` throws, all that it did is undone, and
   * nothing of what shares its transaction.
   * @throws MeshError DATABASE_UNAVAILABLE where the file is locked too long or cannot be written
   */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const run = async (): Promise<() => void> => {
      this.database.exec('SAVEPOINT work');
      try {
        const result = await work();
        this.database.exec('RELEASE work');
        return () => resolve(result);
      } catch (error) {
        // Where the whole transaction is gone, as after a full disk, there is nothing to go back to, and the caller of `run` finds out.
        if (this.database.isTransaction) this.database.exec('ROLLBACK TO work; RELEASE work');
        return () => reject(this.translate(error));
      }
    };
    this.waiting.push({ run, fail: reject });
    // In a microtask: whoever calls several times in one go is served in one transaction.
    this.working ??= Promise.resolve().then(() => this.work());
    return promise;
  }

  async idle(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) await this.transaction();
    this.working = undefined;
  }

  /** One transaction with all that waits, and with what comes while it runs, up to `GROUP_MS`. */
  private async transaction(): Promise<void> {
    const group: Waiting[] = [];
    try {
      await this.begin();
      const until = performance.now() + GROUP_MS;
      const tell: (() => void)[] = [];
      for (let next = this.waiting.shift(); next; next = performance.now() < until ? this.waiting.shift() : undefined) {
        group.push(next);
        tell.push(await next.run());
        // SQLite ends it by itself where the disk is full, for one.
        if (!this.database.isTransaction) throw new MeshError('DATABASE_UNAVAILABLE', 'the transaction was ended by SQLite');
      }
      this.database.exec('COMMIT');
      for (const one of tell) one();
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      // Not even begun: what waits must hear it, or it would try for ever.
      if (group.length === 0) group.push(...this.waiting.splice(0));
      for (const { fail } of group) fail(this.translate(error));
    }
  }

  /** Waits without blocking the thread, which SQLite's own busy timeout would do. */
  private async begin(): Promise<void> {
    const until = performance.now() + LOCK_WAIT_MS;
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
      try {
        this.database.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (((sqliteCode(error) ?? 0) & 0xff) !== SQLITE_BUSY || performance.now() > until) throw this.translate(error);
        await setTimeout(waitMs);
      }
    }
  }

  private translate(error: unknown): unknown {
    const code = sqliteCode(error);
    return code === undefined ? error : new MeshError('DATABASE_UNAVAILABLE', `the knowledge store cannot be written (SQLite ${code})`, { cause: error });
  }
}
