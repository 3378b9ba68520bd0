import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { QueueKeys, RedisConnection as BullConnection, RedisQueueBackend, type BackendFactory, type JobJson, type KeepJobs, type MinimalJob, type MoveToDelayedOpts } from 'bullmq';
import { Cluster } from 'ioredis';
import type { QueueName } from '@switchyard/contracts';
import type { RedisConnection } from '../connect/open-redis.js';
import { KEY_PREFIX } from '../redis-keys.js';
import type { RedisClock } from '../connect/redis-clock.js';
import type { Begun } from '../store/begun.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { NewJob } from '../store/new-job.js';
import type { Completion, Taken } from '../store/operations.js';
import type { TakenJob } from '../store/taken-job.js';
import { within } from './within.js';

export interface BackendParts {
  readonly queue: QueueName;
  readonly store: MeshStore;
  readonly clock: RedisClock;
  /** For what BullMQ does by itself; shared. */
  readonly redis: RedisConnection;
  /** The connection on which the worker waits for jobs; the backend closes it. */
  readonly blocking: RedisConnection;
  /** Unique for each worker: locks are `<worker>:<run of the job>`. */
  readonly worker: string;
  readonly lockMs: number;
  /** Jobs in work at once. */
  readonly concurrency: number;
  /** Told of a job that another worker had taken over when it was done here. */
  readonly onLost: (jobId: string) => void;
}

/** What a run leaves to be done when its job is completed. */
export interface Ending {
  /** The end of the request completed it already. */
  readonly isComplete: boolean;
  /** The request's next step, and the run that wants it. */
  readonly next?: { readonly job: NewJob; readonly epoch: number; readonly onDropped: (reason: 'ended' | 'overtaken') => void } | undefined;
}

/**
 * Jobs taken in one round trip; more would be held by one worker while others are idle. A worker that may have 64 in work does a
 * quarter more with 32 than with 16, after which it would wait for Redis, and no more with 64.
 */
const MOST_AT_ONCE = 32;
const RETRY_MS = 500;
const CLOSE_MS = 500;

/** A job as BullMQ's worker reads it, its id, how long to wait because of a limit, and when a delayed one is due, by this machine's clock. */
type Next = [json?: JobJson | null, id?: string, limitMs?: number, dueAt?: number];
const NONE: Next = [];

/**
 * BullMQ's backend on Redis with its hot path replaced: a job is completed, the request's next one added, and further
 * jobs taken in one round trip, together with whatever else the process writes at that moment. All else (delays, the
 * dead letters, locks, the takeover of lost jobs) is BullMQ's own, on the same keys.
 *
 * Times are Redis' own here, where BullMQ takes those of the worker: machines disagree by more than a delay is long.
 */
export class MeshQueueBackend extends RedisQueueBackend {
  /** Newest run of each job that this worker has in hand. */
  private readonly runs = new Map<string, number>();
  private readonly begun = new Map<string, Begun>();
  private readonly endings = new Map<string, Ending>();
  /** Taken, and not asked for yet. */
  private readonly buffer: TakenJob[] = [];
  private askers: ((answer: Answer) => void)[] = [];
  private isTaking = false;
  /** Under way behind a wait for jobs. */
  private ahead: Promise<void> | undefined;
  /**
   * Jobs were taken a moment ago, and no more were there: nobody needs to look again before the next wait. BullMQ begins with none of
   * those that it was given before it has heard whether there is another, which was a round trip for each crowd.
   */
  private nothingMore: { readonly nextInMs: number | undefined } | undefined;
  private heardAt = performance.now();

  constructor(
    private readonly parts: BackendParts,
    ...rest: ConstructorParameters<typeof RedisQueueBackend>
  ) {
    super(...rest);
    parts.redis.on('ready', this.onReady);
  }

  /** Milliseconds since it last asked Redis for jobs and was answered, or could ask again after an outage. */
  get silentMs(): number {
    return performance.now() - this.heardAt;
  }

  /** Jobs that it has taken and not finished. */
  get inHand(): number {
    return this.runs.size;
  }

  /** Who holds the lock of this run of a job. */
  completionOf(jobId: string, run: number): Completion {
    return { queue: this.parts.queue, jobId, token: `${this.parts.worker}:${run}` };
  }

  /** What was found when the step of this job began. */
  begunOf(jobId: string): Begun | undefined {
    return this.begun.get(jobId);
  }

  /** Whether the run is the newest of its job in this process. */
  holds(jobId: string, run: number): boolean {
    return this.runs.get(jobId) === run;
  }

  /** What is to be done when the job is completed next. */
  endWith(jobId: string, run: number, ending: Ending): void {
    this.endings.set(`${jobId}:${run}`, ending);
  }

  override async moveToActive(): Promise<Next> {
    const { nothingMore } = this;
    if (!nothingMore || this.buffer.length > 0) return handOut(await this.ask());
    // BullMQ begins with a job only when it has heard whether there is another.
    this.nothingMore = undefined;
    return handOut(nothingMore);
  }

  override async moveToCompleted<T, R, N extends string>(job: MinimalJob<T, R, N>, _value: R, _keep: boolean | number | KeepJobs, _token: string, fetchNext: boolean): Promise<{ result: void | unknown[]; finishedOn: number }> {
    const { id, run } = runOf(job);
    // Both are asked for in one turn, so that they go in one round trip.
    const ended = this.end(id, run);
    // While a wait for jobs is under way there is none, and it brings the next.
    const next = fetchNext && !this.closing && !this.ahead ? this.ask() : undefined;
    await ended;
    this.letGo(id, run);
    return { result: handOut(await next), finishedOn: this.parts.clock.now() };
  }

  override async moveToFailed<T, R, N extends string>(job: MinimalJob<T, R, N>, reason: string, keep: boolean | number | KeepJobs, _token: string, fetchNext: boolean, fields?: Record<string, unknown>): Promise<{ result: void | unknown[]; finishedOn: number }> {
    const { id, run } = runOf(job);
    const { token } = this.completionOf(id, run);
    const isComplete = this.endings.get(`${id}:${run}`)?.isComplete ?? false;
    this.letGo(id, run);
    const moved = isComplete ? { finishedOn: this.parts.clock.now() } : await super.moveToFailed(job, reason, keep, token, false, fields);
    return { finishedOn: moved.finishedOn, result: fetchNext && !this.closing ? handOut(await this.ask()) : NONE };
  }

  override async moveToDelayed(jobId: string, _timestamp: number, delay: number, _token?: string, options: MoveToDelayedOpts = {}): Promise<void | unknown[]> {
    const run = this.runs.get(jobId) ?? 0;
    const { token } = this.completionOf(jobId, run);
    this.letGo(jobId, run);
    // BullMQ calls it with the time at which the delay ends, or with now, as the release may be: the delay is what counts.
    await super.moveToDelayed(jobId, this.parts.clock.now(), delay, token, { ...options, fetchNext: false });
    return options.fetchNext && !this.closing ? handOut(await this.ask()) : undefined;
  }

  /** @returns the jobs whose lock is not ours any more */
  override async extendLocks(jobIds: string[], _tokens: string[], durationMs: number): Promise<string[]> {
    const held = jobIds.filter((id) => this.runs.has(id));
    if (held.length === 0) return [];
    return super.extendLocks(held, held.map((id) => this.completionOf(id, this.runs.get(id) ?? 0).token), durationMs);
  }

  override async waitForJob(blockSeconds: number): Promise<{ member: string; score: number } | null> {
    const waited = super.waitForJob(blockSeconds);
    this.ahead = this.takeAhead();
    const marker = await waited;
    await this.ahead;
    this.ahead = undefined;
    if (this.buffer.length > 0) return { member: '0', score: 0 };
    // The score is when a delayed job is due, by Redis' clock; the worker compares it with its own.
    return marker && marker.score > 0 ? { ...marker, score: marker.score - this.parts.clock.aheadMs() } : marker;
  }

  override async close(force = false): Promise<void> {
    this.parts.redis.off('ready', this.onReady);
    for (const answer of this.askers.splice(0)) answer({});
    await this.giveBack();
    return super.close(force);
  }

  /** Gives back what nobody will begin here any more; should this fail, their short locks end and another worker takes them. */
  private async giveBack(): Promise<void> {
    const unbegun = this.buffer.splice(0);
    await within(CLOSE_MS, Promise.allSettled(unbegun.map(({ id }) => this.parts.store.giveBack(this.completionOf(id, this.runs.get(id) ?? 0)))));
  }

  private readonly onReady = (): void => {
    this.heardAt = performance.now();
  };

  /**
   * Asks for jobs right behind the wait for them, on its connection: Redis answers the wait when there is a job, and in
   * the same breath gives it, where the worker would have to be woken up first and ask.
   */
  private async takeAhead(): Promise<void> {
    const { store, queue, worker, lockMs, blocking } = this.parts;
    try {
      // The wait must be sent before it, and is sent when its connection is there.
      await this.queue.blockingClient;
      await immediate();
      if (this.closing) return;
      const { room } = this;
      const taken = await store.takeOn(blocking, queue, { worker, lockMs }, room);
      for (const job of taken.jobs) this.buffer.push(this.remember(job));
      this.nothingMore = this.noMoreThan(taken, room);
      this.heardAt = performance.now();
    } catch {
      // The wait fails with it, and says so; or the worker is closing.
    }
    if (this.closing) await this.giveBack();
  }

  /** What is known of further jobs when so many were asked for. On a cluster the wait may go to another node, and so before what was asked. */
  private noMoreThan({ jobs, nextInMs }: Taken, count: number): { readonly nextInMs: number | undefined } | undefined {
    return jobs.length < count && !(this.parts.blocking instanceof Cluster) ? { nextInMs } : undefined;
  }

  /** What a run left to be done. Waits for Redis where it does not take it now; another worker takes the job if that takes too long. */
  private async end(jobId: string, run: number): Promise<void> {
    for (;;) {
      try {
        return await this.endOnce(jobId, run);
      } catch (error) {
        if (this.closing || !this.holds(jobId, run)) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  private async endOnce(jobId: string, run: number): Promise<void> {
    const { store, onLost } = this.parts;
    const ending = this.endings.get(`${jobId}:${run}`);
    if (ending?.isComplete) return;
    const completion = this.completionOf(jobId, run);
    if (!ending?.next) {
      if (!(await store.complete(completion))) onLost(jobId);
      return;
    }
    const { job, epoch, onDropped } = ending.next;
    const verdict = await store.hop(completion, job, epoch);
    if (verdict === 'lost') onLost(jobId);
    else if (verdict !== 'passed') onDropped(verdict);
  }

  private letGo(jobId: string, run: number): void {
    this.endings.delete(`${jobId}:${run}`);
    if (!this.holds(jobId, run)) return;
    this.runs.delete(jobId);
    this.begun.delete(jobId);
  }

  /** The next job for the worker's loop. Those who ask in one turn share a round trip, which brings more jobs where there is room. */
  private ask(): Promise<Answer> {
    const ready = this.buffer.shift();
    if (ready) return Promise.resolve({ job: ready });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.askers.push(resolve);
    if (!this.isTaking) {
      this.isTaking = true;
      process.nextTick(() => void this.takeForAskers());
    }
    return promise;
  }

  private async takeForAskers(): Promise<void> {
    const askers = this.askers.splice(0);
    this.isTaking = false;
    const { store, queue, worker, lockMs } = this.parts;
    const count = Math.max(askers.length, this.room);
    let nextInMs: number | undefined;
    try {
      const taken = await store.take(queue, { worker, lockMs }, count);
      for (const job of taken.jobs) this.buffer.push(this.remember(job));
      ({ nextInMs } = taken);
      this.nothingMore = this.noMoreThan(taken, count);
      this.heardAt = performance.now();
    } catch (error) {
      this.emit('error', error);
      // The worker asks again at once, which must not become a storm while Redis is full or away.
      await delay(RETRY_MS);
    }
    for (const answer of askers) {
      const job = this.buffer.shift();
      answer(job ? { job } : nextInMs === undefined ? {} : { nextInMs });
    }
  }

  /** Jobs that may be taken in one go now. */
  private get room(): number {
    return Math.max(1, Math.min(MOST_AT_ONCE, this.parts.concurrency - this.runs.size));
  }

  private remember(job: TakenJob): TakenJob {
    const { id, run, begun } = job;
    this.runs.set(id, run);
    if (begun) this.begun.set(id, begun);
    return job;
  }
}

/** The job's id, and which run of it this is; BullMQ's interface of a job leaves the second out. */
function runOf(job: MinimalJob): { readonly id: string; readonly run: number } {
  return { id: job.id ?? '', run: (job as MinimalJob & { readonly attemptsStarted: number }).attemptsStarted };
}

interface Answer {
  readonly job?: TakenJob;
  readonly nextInMs?: number | undefined;
}

function handOut(answer: Answer | undefined): Next {
  if (answer?.job) return [answer.job.json, answer.job.id, 0, 0];
  return answer?.nextInMs === undefined ? NONE : [null, '', 0, Date.now() + answer.nextInMs];
}

/** What a BullMQ worker is given to work by. `onBackend` is told of the backend that it made. */
export function meshBackend(parts: BackendParts, onBackend: (backend: MeshQueueBackend) => void): BackendFactory<MeshQueueBackend> {
  return (name: string, options: ConstructorParameters<typeof RedisQueueBackend>[4]) => {
    const shared = new BullConnection(parts.redis, { shared: true, blocking: false, skipVersionCheck: true, skipWaitingForReady: true });
    const waiting = new BullConnection(parts.blocking, { shared: false, blocking: true, skipVersionCheck: true });
    const keys = new QueueKeys(KEY_PREFIX);
    const backend = new MeshQueueBackend(parts, shared, name, keys.getKeys(name), (type) => keys.toKey(name, type), options, waiting);
    onBackend(backend);
    return backend;
  };
}
