import type { Lane, QueueName } from '@switchyard/contracts';

export interface QueueSettings {
  /** A worker that died holds its jobs for this long at most; it renews the lock at half of it. */
  readonly lockDurationMs: number;
  /** How often the others look for jobs whose lock has run out. */
  readonly stalledIntervalMs: number;
  /** A job that has lost this many workers may be the cause of it, and is run alone from then on. */
  readonly aloneAfter: number;
  /** How often it may lose one while it runs alone before it is ended (ATTEMPTS_EXHAUSTED): then nothing else can have been the cause. */
  readonly aloneAttempts: number;
  /** Wait before the second attempt; doubled for each one after it, give or take a quarter. */
  readonly backoffMs: number;
  /** The dead letters. */
  readonly keepFailed: { readonly ageSeconds: number; readonly count: number };
  /** Length of BullMQ's own event stream, which nothing here reads. */
  readonly eventsLength: number;
  /** Largest job that is taken, as JSON. */
  readonly maxJobBytes: number;
}

const question: QueueSettings = {
  // 5 s and 1 s: a killed worker's question is taken over in 5 to 6 s; BullMQ's 30 s and 30 s need 60 to 90 s.
  // Shorter locks would let a long garbage collection look like a death; looking more often costs a look at a set.
  lockDurationMs: 5_000,
  stalledIntervalMs: 1_000,
  // Most deaths are no job's fault (a node that goes, a memory limit, a roll-out), and a worker's jobs one behind the
  // other would be late; so the first one counts for nothing. At most three workers die of one job.
  aloneAfter: 2,
  aloneAttempts: 1,
  backoffMs: 200,
  keepFailed: { ageSeconds: 7 * 86_400, count: 5_000 },
  // At 20 kB an event, BullMQ's default of 10 000 would hold 200 MB of what nobody reads.
  eventsLength: 100,
  maxJobBytes: 256 * 1024,
};

/** One line a queue, and total: a queue without settings does not compile. */
export const queueSettings: Readonly<Record<QueueName, Required<QueueSettings>>> = {
  dispatch: question,
  worker: question,
  retrieval: question,
  expert: { ...question, backoffMs: 500 },
  // A file of 12 MB in base64. Parsing may block for a while.
  ingest: { ...question, lockDurationMs: 15_000, stalledIntervalMs: 5_000, backoffMs: 1_000, keepFailed: { ageSeconds: 86_400, count: 100 }, maxJobBytes: 16 * 1024 * 1024 },
  audit: question,
  // A desk that is away is asked for hours. The last turns of a conversation lie in it.
  delivery: { ...question, backoffMs: 2_000, maxJobBytes: 512 * 1024 },
};

/**
 * BullMQ's own limit on takeovers fails a job without telling anyone, so it lies far above ours, which gives the
 * client an outcome.
 */
export const BULL_MAX_STALLED = 100;

/** BullMQ priority of a lane: lower runs first. It orders jobs that are tried again; all others wait in order of fairness. */
export const lanePriority: Readonly<Record<Lane, number>> = { interactive: 1, normal: 10, bulk: 100 };
