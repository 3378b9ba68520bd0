import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { lastValueFrom } from 'rxjs';
import type { JobContract, QueueName } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { traceIdOf, type Logger } from '@switchyard/telemetry';
import type { MeshSite } from '../boot/mesh-site.js';
import { allJobs, jobsOf } from '../job-catalogue.js';
import { jobFailures, jobRetries, jobTakeovers, jobTime, jobWait } from '../measure/job-metrics.js';
import { BULL_MAX_STALLED, queueSettings } from '../queue-settings.js';
import { bullQueueName, CANCEL_CHANNEL, KEY_PREFIX } from '../redis-keys.js';
import { beginRequest } from './begin-request.js';
import { checkHandlers } from './check-handlers.js';
import { endFailedRun, endUnreadJob } from './end-failed-job.js';
import { readEnvelope, readInput } from './read-job.js';
import { bullBackoff, deadLetter, retryDelayMs, RetryLater } from './retry-later.js';
import { RunningJob, type JobSurroundings } from './running-job.js';

export interface QueueStrategyOptions {
  /** The queues that this app owns: it must handle every kind of them. */
  readonly queues: readonly QueueName[];
  readonly around: JobSurroundings;
  /** A connection of its own for cancellations; the strategy opens and closes it. */
  readonly subscriber: Redis;
  readonly site: MeshSite;
  readonly logger: Logger;
  /** Jobs in work at once, per queue. */
  readonly concurrency: number;
  /** Wait at most this long for jobs in work when closing; what is not done is taken over by another instance. */
  readonly drainMs?: number;
  /** The contracts to know; the mesh's own by default. */
  readonly jobs?: readonly JobContract[];
}

const DRAIN_MS = 10_000;

/** NestJS transport over BullMQ: one BullMQ worker a queue, one job one call of the method that is marked for it. */
export class QueueStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol.for('switchyard.queue');
  private readonly workers: Worker[] = [];
  private readonly running = new Set<RunningJob>();
  private readonly counts = new Map<string, number>();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: QueueStrategyOptions) {
    super();
  }

  /** Nest keeps the last of two handlers silently; counted here, so that `listen` can refuse. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const kind = this.normalizePattern(pattern as string);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  /** Checks the handlers, then takes jobs. Errors go to the callback, as Nest has it. */
  listen(callback: (error?: unknown) => void): void {
    void this.openFor(callback);
  }

  /** Takes no more jobs and waits for those in work, for a bounded time. Connections that were given stay open. */
  close(): Promise<void> {
    this.closing ??= this.drain();
    return this.closing;
  }

  /** There is no event of the transport to hear. */
  on(): void {}

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T = Worker[]>(): T {
    return this.workers as T;
  }

  private async openFor(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  private async open(): Promise<void> {
    const { queues, jobs = allJobs, subscriber } = this.options;
    checkHandlers(queues, this.counts, jobs);
    subscriber.on('message', (_channel: string, requestId: string) => this.cancel(requestId));
    await subscriber.connect();
    await subscriber.subscribe(CANCEL_CHANNEL);
    for (const queue of queues) this.workers.push(this.work(queue, jobs));
    await Promise.all(this.workers.map((worker) => worker.waitUntilReady()));
  }

  private work(queue: QueueName, jobs: readonly JobContract[]): Worker {
    const settings = queueSettings[queue];
    const contracts = new Map(jobsOf(queue, jobs).map((job) => [job.kind, job]));
    const worker = new Worker(bullQueueName(queue), (job) => this.process(job, contracts.get(job.name)), {
      connection: this.options.around.redis,
      prefix: KEY_PREFIX,
      name: this.options.around.instance,
      concurrency: this.options.concurrency,
      lockDuration: settings.lockDurationMs,
      stalledInterval: settings.stalledIntervalMs,
      maxStalledCount: BULL_MAX_STALLED,
      // Retry a failed connection to Redis as fast as our own connections do.
      runRetryDelay: 500,
      removeOnComplete: { age: settings.keepDone.ageSeconds, count: settings.keepDone.count },
      removeOnFail: { age: settings.keepFailed.ageSeconds, count: settings.keepFailed.count },
      settings: { backoffStrategy: bullBackoff },
    });
    worker.on('error', (error) => {
      // A lost connection is told of once, by the connection; BullMQ repeats it at every attempt to reconnect.
      if (this.options.around.redis.status === 'ready') this.options.logger.warn({ err: error, queue }, 'the queue reported an error');
    });
    worker.on('lockRenewalFailed', (ids) => {
      for (const run of this.running) if (ids.includes(run.run.id)) run.lose();
    });
    return worker;
  }

  private cancel(requestId: string): void {
    for (const run of this.running) {
      if (run.input.envelope.requestId === requestId) run.abort(new MeshError('REQUEST_CANCELLED', 'cancelled while the job was in work'));
    }
  }

  /** One run of one job. Resolves when it is done, throws what BullMQ must know when it is not. */
  private async process(job: Job, contract: JobContract | undefined): Promise<void> {
    const { around, site } = this.options;
    if (!contract) {
      const error = new MeshError('JOB_INVALID', 'no contract of this queue is of the kind', { field: 'kind' });
      await endUnreadJob(job.data, 'forward', error, site, around);
      throw deadLetter(error);
    }
    let run: RunningJob | undefined;
    const startedAt = around.clock.now();
    const finish = jobTime.startTimer({ queue: contract.queue, kind: contract.kind });
    let result = 'done';
    try {
      jobWait.observe({ queue: contract.queue, kind: contract.kind }, Math.max(0, startedAt - job.timestamp) / 1_000);
      const input = readInput(readEnvelope(job.data, contract), contract, around.sealer);
      run = new RunningJob(around, { id: job.id ?? '', attempt: Math.max(1, job.attemptsStarted), enqueuedAt: job.timestamp, startedAt }, input);
      this.running.add(run);
      if (contract.style === 'forward' && (await beginRequest(around.redis, input.envelope.requestId)) !== undefined) result = 'skipped';
      else await this.handle(run, contract, job);
    } catch (error) {
      result = 'failed';
      await this.settle(error, job, contract, run);
    } finally {
      finish({ result });
      if (run) {
        run.release();
        this.running.delete(run);
      }
      await around.outbox.flush();
    }
  }

  private async handle(run: RunningJob, contract: JobContract, job: Job): Promise<void> {
    if (run.timeLeftMs() <= 0) throw new MeshError('DEADLINE_PASSED', `${-run.timeLeftMs()} ms before the job began`);
    const takeovers = run.attempt - 1 - job.attemptsMade;
    if (takeovers > 0) jobTakeovers.inc({ queue: contract.queue, kind: contract.kind });
    if (takeovers > queueSettings[contract.queue].takeovers) throw new MeshError('ATTEMPTS_EXHAUSTED', `${takeovers} workers were lost with this job`);
    const value = await this.invoke(run, contract);
    if (contract.style === 'call') run.result({ kind: 'result', value });
    else if (run.ended === 'no') throw new MeshError('INTERNAL', `the handler of ${contract.kind} neither passed the request on nor ended it`);
  }

  private invoke(run: RunningJob, contract: JobContract): Promise<unknown> {
    const handler = this.getHandlerByPattern(contract.kind);
    if (!handler) throw new MeshError('HANDLER_MISSING', contract.kind, { field: contract.kind });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.runWithProcessingHooks(run, async (endHook) => {
      try {
        resolve(await lastValueFrom(this.transformToObservable<unknown>(Promise.resolve(await handler(run.input, run))), { defaultValue: undefined }));
      } catch (error) {
        reject(error);
      } finally {
        endHook();
      }
    });
    return promise;
  }

  /** What becomes of a failed run: another try, an outcome in the site's words, or nothing where it is not ours any more. */
  private async settle(thrown: unknown, job: Job, contract: JobContract, run: RunningJob | undefined): Promise<void> {
    const { around, site, logger } = this.options;
    const reason: unknown = run?.signal.aborted ? run.signal.reason : undefined;
    const error = toMeshError(MeshError.is(reason) ? reason : thrown);
    const labels = { queue: contract.queue, kind: contract.kind, code: error.code };
    const line = { requestId: run?.input.envelope.requestId, traceId: traceIdOf(run?.input.envelope.traceparent), job: job.id, attempt: run?.attempt, ...labels };
    if (run?.lost) {
      logger.warn(line, 'the job was lost to another worker');
      // BullMQ refuses what this run says of the job, since the lock is not its own any more.
      throw new UnrecoverableError('the lock was lost');
    }
    if (run && run.ended !== 'no') {
      logger.error({ ...line, err: error }, 'the handler failed after it had passed the request on or ended it');
      return;
    }
    const delayMs = retryDelayMs(queueSettings[contract.queue].backoffMs, job.attemptsMade, error, Math.random());
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? contract.attempts);
    if (run && error.retry && !isLast && delayMs < run.timeLeftMs()) {
      jobRetries.inc(labels);
      logger.warn({ ...line, err: error, delayMs }, 'the job failed and is tried again');
      throw new RetryLater(error, delayMs);
    }
    if (run) await endFailedRun(run, contract, error, site);
    else await endUnreadJob(job.data, contract.style, error, site, around);
    const { outcome } = error.entry;
    if (outcome === 'cancelled' || outcome === 'expired') {
      logger.info({ ...line, outcome }, 'the job was dropped');
      return;
    }
    jobFailures.inc(labels);
    logger.error({ ...line, err: error, outcome }, 'the job failed for good');
    throw deadLetter(error);
  }

  private async drain(): Promise<void> {
    const { around, subscriber, drainMs = DRAIN_MS } = this.options;
    // BullMQ's close never resolves while Redis is away, so it is not waited for longer than jobs are worth.
    const patienceMs = around.redis.status === 'ready' ? drainMs : Math.min(drainMs, 500);
    const closed = Promise.all(this.workers.map((worker) => worker.close().catch(() => undefined)));
    const isDrained = await within(patienceMs, closed);
    if (!isDrained) this.options.logger.warn({ running: this.running.size }, 'closed with jobs in work; another instance takes them over');
    for (const run of this.running) run.lose();
    if (!isDrained) for (const worker of this.workers) void worker.disconnect().catch(() => undefined);
    subscriber.disconnect();
    await within(1_000, around.outbox.flush());
  }
}

/** Whether the work was done in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, ms, false);
  const isDone = await Promise.race([work.then(() => true as const, () => true as const), promise]);
  clearTimeout(timer);
  return isDone;
}
