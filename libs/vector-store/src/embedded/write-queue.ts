import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { MeshError } from '@switchyard/errors';

/** How long a write waits for another process to end its own. */
const LOCK_WAIT_MS = 15_000;
const SQLITE_BUSY = 5;

const sqliteCode = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code : undefined;
};

/** Writes of one process one after another, each in a transaction of its own; between processes the file's lock decides. */
export class WriteQueue {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: DatabaseSync) {}

  /**
   * Runs `work` in a transaction and resolves when it is durable; rolled back when `work` throws.
   * @throws MeshError DATABASE_UNAVAILABLE where the file is locked too long or cannot be written
   */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const next = this.turn.then(() => this.transaction(work));
    this.turn = next.catch(() => undefined);
    return next;
  }

  async idle(): Promise<void> {
    await this.turn;
  }

  private async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    await this.begin();
    try {
      const result = await work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw this.translate(error);
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
