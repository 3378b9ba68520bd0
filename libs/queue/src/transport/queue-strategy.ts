import { randomUUID } from 'node:crypto';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { Worker } from 'bullmq';
import { isObservable, lastValueFrom } from 'rxjs';
import type { JobContract, QueueName } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import type { MeshSite } from '../boot/mesh-site.js';
import { BLOCK_MS, type RedisConnection } from '../connect/open-redis.js';
import { allJobs, jobsOf } from '../job-catalogue.js';
import { BULL_MAX_STALLED, queueSettings } from '../queue-settings.js';
import { bullQueueName, CANCEL_CHANNEL, KEY_PREFIX } from '../redis-keys.js';
import { readCancelNote } from '../request/cancel-note.js';
import { checkHandlers } from './check-handlers.js';
import { unrunPattern, type UnrunEnd, type UnrunJob } from './handles.js';
import { Company } from './company.js';
import { JobRunner } from './job-runner.js';
import { meshBackend, type MeshQueueBackend } from './queue-backend.js';
import { bullBackoff } from './retry-later.js';
import type { JobSurroundings, RunningJob } from './running-job.js';
import { within } from './within.js';

export interface QueueStrategyOptions {
  /** The queues that this app owns: it must handle every kind of them. */
  readonly queues: readonly QueueName[];
  readonly around: JobSurroundings;
  /** The patient connection that BullMQ's own commands go over; shared. */
  readonly redis: RedisConnection;
  /** Makes a connection that waits for jobs; closed with the strategy. */
  readonly blocking: (name: string) => RedisConnection;
  /** A connection of its own for cancellations; the strategy opens and closes it. */
  readonly subscriber: RedisConnection;
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

/** What a process does with a queue, for whoever watches over it. */
export interface QueueActivity {
  readonly queue: QueueName;
  /** Jobs that could be begun at once. */
  readonly room: number;
  /** Milliseconds since this process last asked for jobs and was answered, or could ask again after an outage. */
  readonly silentMs: number;
}

type BullWorker = Worker<unknown, unknown, string, MeshQueueBackend>;

/** NestJS transport over BullMQ: one BullMQ worker a queue, one job one call of the method that is marked for it. */
export class QueueStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol.for('switchyard.queue');
  private readonly workers = new Map<QueueName, { readonly worker: BullWorker; readonly backend: MeshQueueBackend }>();
  private readonly running = new Set<RunningJob>();
  private readonly company = new Company();
  private readonly counts = new Map<string, number>();
  /** By kind; Nest's own look-up works the pattern out each time. */
  private readonly handlers = new Map<string, MessageHandler>();
  private readonly unrunHandlers = new Map<string, MessageHandler>();
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
  unwrap<T = BullWorker[]>(): T {
    return [...this.workers.values()].map(({ worker }) => worker) as T;
  }

  activity(): QueueActivity[] {
    const { concurrency } = this.options;
    return [...this.workers].map(([queue, { backend }]) => ({ queue, room: concurrency - backend.inHand, silentMs: backend.silentMs }));
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
    const { queues, jobs = allJobs, subscriber, around, logger } = this.options;
    checkHandlers(queues, this.counts, jobs);
    for (const { kind } of queues.flatMap((queue) => jobsOf(queue, jobs))) {
      const handler = this.getHandlerByPattern(kind);
      if (handler) this.handlers.set(kind, handler);
      const unrun = this.getHandlerByPattern(unrunPattern(kind));
      if (unrun) this.unrunHandlers.set(kind, unrun);
    }
    subscriber.on('message', (_channel: string, note: string) => this.hear(note));
    await subscriber.connect();
    await subscriber.subscribe(CANCEL_CHANNEL);
    for (const queue of queues) {
      const worker = `${around.instance}/${randomUUID()}`;
      // An instance has one process at a time: what it holds by another name is held by a dead one, whose locks need not be waited for.
      const count = await around.store.reclaim(queue, worker);
      if (count > 0) logger.info({ queue, count }, 'jobs that this instance had in hand when it died are taken up again');
      this.workers.set(queue, this.work(queue, worker, jobs));
    }
    await Promise.all([...this.workers.values()].map(({ worker }) => worker.waitUntilReady()));
  }

  private work(queue: QueueName, worker: string, jobs: readonly JobContract[]): { readonly worker: BullWorker; readonly backend: MeshQueueBackend } {
    const { around, site, logger, redis, blocking, concurrency } = this.options;
    const settings = queueSettings[queue];
    const contracts = new Map(jobsOf(queue, jobs).map((job) => [job.kind, job]));
    let backend: MeshQueueBackend | undefined;
    const runner = new JobRunner(
      { around, site, logger, company: this.company, running: this.running, invoke: (run, contract) => this.invoke(run, contract), tellUnrun: (job, contract, end) => this.tellUnrun(job, contract, end) },
      contracts,
      () => backend ?? fail(),
    );
    const onLost = (job: string): void => logger.warn({ job, queue }, 'the job was done here after another worker had taken it over');
    const parts = { queue, store: around.store, clock: around.clock, redis, blocking: blocking(queue), worker, lockMs: settings.lockDurationMs, concurrency, onLost };
    const bull: BullWorker = new Worker(bullQueueName(queue), (job) => runner.run(job), {
      connection: redis,
      prefix: KEY_PREFIX,
      name: around.instance,
      concurrency,
      lockDuration: settings.lockDurationMs,
      stalledInterval: settings.stalledIntervalMs,
      maxStalledCount: BULL_MAX_STALLED,
      // How long it waits for a job in one go, in seconds.
      drainDelay: BLOCK_MS / 1_000,
      // Retry a failed connection to Redis as fast as our own connections do.
      runRetryDelay: 500,
      removeOnFail: { age: settings.keepFailed.ageSeconds, count: settings.keepFailed.count },
      settings: { backoffStrategy: bullBackoff },
    }, meshBackend(parts, (one) => (backend = one)));
    bull.on('error', (error) => {
      // A lost connection is told of once, by the connection; BullMQ repeats it at every attempt to reconnect.
      if (redis.status === 'ready') logger.warn({ err: error, queue }, 'the queue reported an error');
    });
    bull.on('lockRenewalFailed', (ids) => {
      for (const run of this.running) if (ids.includes(run.run.completion.jobId)) run.lose();
    });
    return { worker: bull, backend: backend ?? fail() };
  }

  /** A client cancelled, a newer message took the place, or a person took over. */
  private hear(note: string): void {
    const { requestId, error } = readCancelNote(note);
    for (const run of this.running) if (run.input.envelope.requestId === requestId) run.abort(error);
  }

  private invoke(run: RunningJob, contract: JobContract): Promise<unknown> {
    const handler = this.handlers.get(contract.kind);
    if (!handler) throw new MeshError('HANDLER_MISSING', contract.kind, { field: contract.kind });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.runWithProcessingHooks(run, async (endHook) => {
      try {
        const result: unknown = await handler(run.input, run);
        resolve(isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result);
      } catch (error) {
        reject(error);
      } finally {
        endHook();
      }
    });
    return promise;
  }

  private async tellUnrun(job: UnrunJob<JobContract>, contract: JobContract, end: UnrunEnd): Promise<void> {
    const result: unknown = await this.unrunHandlers.get(contract.kind)?.(job, end);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }

  private async drain(): Promise<void> {
    const { around, redis, subscriber, logger, drainMs = DRAIN_MS } = this.options;
    const workers = this.unwrap();
    // BullMQ's close never resolves while Redis is away, so it is not waited for longer than jobs are worth.
    const patienceMs = redis.status === 'ready' ? drainMs : Math.min(drainMs, 500);
    const closed = Promise.all(workers.map((worker) => worker.close().catch(() => undefined)));
    const isDrained = await within(patienceMs, closed);
    if (!isDrained) logger.warn({ running: this.running.size }, 'closed with jobs in work; another instance takes them over');
    for (const run of this.running) run.lose();
    if (!isDrained) for (const worker of workers) void worker.disconnect().catch(() => undefined);
    subscriber.disconnect();
    await within(1_000, around.outbox.flush());
  }
}

function fail(): never {
  throw new Error('BullMQ made no backend');
}
