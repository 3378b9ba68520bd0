/** A repeat for each so many calls. */
const CALLS_A_RETRY = 10;
/** Repeats that are saved up at most; and those that a process may begin with, or the first failures would never be repeated. */
const MOST_SAVED = 10;
const AT_START = 2;

/**
 * Bounds repeats to a tenth of the calls, so that they cannot make the load of a backend in trouble a multiple. A token
 * bucket that calls fill and repeats empty (Finagle's RetryBudget: https://twitter.github.io/finagle/guide/Clients.html).
 */
export class RetryBudget {
  private saved = AT_START;

  /** Counts a call. */
  deposit(): void {
    this.saved = Math.min(MOST_SAVED, this.saved + 1 / CALLS_A_RETRY);
  }

  /** Whether a repeat may be made; it is taken then. */
  withdraw(): boolean {
    // A tenth ten times is a little less than one.
    if (this.saved < 1 - 1e-9) return false;
    this.saved -= 1;
    return true;
  }
}
