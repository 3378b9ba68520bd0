import { UnrecoverableError, type Job } from 'bullmq';
import type { JobContract } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { traceIdOf, type Logger } from '@switchyard/telemetry';
import type { MeshSite } from '../boot/mesh-site.js';
import { failpoint } from '../failpoint.js';
import { jobFailures, jobRetries, jobTakeovers, jobTime, jobWait } from '../measure/job-metrics.js';
import { queueSettings } from '../queue-settings.js';
import type { Begun } from '../store/begun.js';
import type { Company } from './company.js';
import { endFailedRun, endUnreadJob } from './end-failed-job.js';
import type { MeshQueueBackend } from './queue-backend.js';
import type { UnrunEnd, UnrunJob } from './handles.js';
import { readEnvelope, readInput, readUnsealed } from './read-job.js';
import { deadLetter, retryDelayMs, RetryLater } from './retry-later.js';
import { RunningJob, type JobSurroundings } from './running-job.js';

export interface RunnerOptions {
  readonly around: JobSurroundings;
  readonly site: MeshSite;
  readonly logger: Logger;
  /** All jobs of the process. */
  readonly company: Company;
  readonly running: Set<RunningJob>;
  /** Calls the method that is marked for the job. @returns what it returned, for a `call` */
  invoke(run: RunningJob, contract: JobContract): Promise<unknown>;
  /** Tells the method that is marked for it, where there is one, of a job that ends without its handler. */
  tellUnrun(job: UnrunJob<JobContract>, contract: JobContract, end: UnrunEnd): Promise<void>;
}

/** Runs the jobs of one queue: reads, checks, calls the handler, and settles what comes of it. */
export class JobRunner {
  constructor(
    private readonly options: RunnerOptions,
    private readonly contracts: ReadonlyMap<string, JobContract>,
    private readonly backend: () => MeshQueueBackend,
  ) {}

  /** One run of one job. Resolves when it is done, throws what BullMQ must know when it is not. */
  async run(job: Job): Promise<void> {
    const { around, running, company } = this.options;
    const contract = this.contracts.get(job.name);
    if (!contract) {
      const error = new MeshError('JOB_INVALID', 'no contract of this queue is of the kind', { field: 'kind' });
      await endUnreadJob(job.data, 'forward', error, around);
      throw deadLetter(error);
    }
    const labels = { queue: contract.queue, kind: contract.kind };
    const attempt = Math.max(1, job.attemptsStarted);
    const takeovers = Math.max(0, attempt - 1 - job.attemptsMade);
    const leave = await company.enter(takeovers >= queueSettings[contract.queue].aloneAfter);
    const startedAt = around.clock.now();
    const began = performance.now();
    jobWait.observe(labels, Math.max(0, startedAt - job.timestamp) / 1_000);
    let run: RunningJob | undefined;
    let result = 'done';
    try {
      const input = readInput(readEnvelope(job.data, contract), contract, around.sealer);
      const begun = contract.style === 'forward' ? (this.backend().begunOf(job.id ?? '') ?? (await around.store.begin(input.envelope, attempt))) : undefined;
      // Taken over from this very process, whose lock ran out: nobody else would tell the run that lost it.
      for (const other of running) if (other.run.completion.jobId === job.id) other.lose();
      run = new RunningJob(around, { completion: this.backend().completionOf(job.id ?? '', attempt), attempt, enqueuedAt: job.timestamp, startedAt, begun }, input);
      running.add(run);
      if (begun?.outcome !== undefined) result = 'skipped';
      else await this.handle(run, contract, takeovers, begun);
      failpoint('job.end');
      this.leaveEnding(job, run);
    } catch (error) {
      result = 'failed';
      await this.settle(error, job, contract, run);
    } finally {
      jobTime.observe({ ...labels, result }, (performance.now() - began) / 1_000);
      if (run) {
        run.release();
        running.delete(run);
      }
      leave();
    }
  }

  private async handle(run: RunningJob, contract: JobContract, takeovers: number, begun: Begun | undefined): Promise<void> {
    if (run.timeLeftMs() <= 0) throw new MeshError('DEADLINE_PASSED', `${-run.timeLeftMs()} ms before the job began`);
    if (takeovers > 0) await this.countTakeover(run, contract, takeovers);
    if (begun?.isHuman) {
      run.record('silenced', { reason: 'a person has the conversation' });
      await run.leaveToPerson();
      return;
    }
    failpoint('job.begin');
    run.isInvoked = true;
    const value = await this.options.invoke(run, contract);
    if (contract.style === 'call') run.result({ kind: 'result', value });
    else if (run.ended === 'no') throw new MeshError('INTERNAL', `the handler of ${contract.kind} neither passed the request on nor ended it`);
  }

  private async countTakeover(run: RunningJob, contract: JobContract, takeovers: number): Promise<void> {
    const { aloneAfter, aloneAttempts } = queueSettings[contract.queue];
    jobTakeovers.inc({ queue: contract.queue, kind: contract.kind });
    if (contract.style === 'forward') run.record('taken_over', { queue: contract.queue, lostWorkers: takeovers });
    if (takeovers < aloneAfter) return;
    const alone = await this.options.around.store.countAlone(contract.queue, run.run.completion.jobId);
    if (alone > aloneAttempts) throw new MeshError('ATTEMPTS_EXHAUSTED', `${takeovers} workers were lost with this job`);
  }

  /** What BullMQ's worker will do next: complete the job, and with it add the next one of the request. */
  private leaveEnding(job: Job, run: RunningJob): void {
    const { next, isComplete, epoch } = run;
    if (!next && !isComplete) return;
    this.backend().endWith(job.id ?? '', run.attempt, { isComplete, ...(next && !isComplete ? { next: { job: next, epoch, onDropped: (reason) => run.dropped(reason, next) } } : {}) });
  }

  /** What becomes of a failed run: another try, an outcome in the site's words, or nothing where it is not ours any more. */
  private async settle(thrown: unknown, job: Job, contract: JobContract, run: RunningJob | undefined): Promise<void> {
    const { around, site, logger } = this.options;
    const reason: unknown = run?.signal.aborted ? run.signal.reason : undefined;
    const error = toMeshError(MeshError.is(reason) ? reason : thrown);
    const labels = { queue: contract.queue, kind: contract.kind, code: error.code };
    const line = { requestId: run?.input.envelope.requestId, traceId: traceIdOf(run?.input.envelope.traceparent), job: job.id, attempt: run?.attempt, ...labels };
    if (run?.lost || (run && !this.backend().holds(job.id ?? '', run.attempt))) {
      logger.warn(line, 'the job was lost to another worker');
      // BullMQ refuses what this run says of the job, since the lock is not its own any more.
      throw new UnrecoverableError('the lock was lost');
    }
    if (run && run.ended !== 'no') {
      logger.error({ ...line, err: error }, 'the handler failed after it had passed the request on or ended it');
      this.leaveEnding(job, run);
      return;
    }
    const delayMs = retryDelayMs(queueSettings[contract.queue].backoffMs, job.attemptsMade, error, Math.random());
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? contract.attempts);
    if (run && error.retry && !isLast && delayMs < run.timeLeftMs()) {
      jobRetries.inc(labels);
      run.record('failed', { code: error.code, again: true });
      logger.warn({ ...line, err: error, delayMs }, 'the job failed and is tried again');
      throw new RetryLater(error, delayMs);
    }
    const { outcome } = error.entry;
    const isDeadLetter = outcome !== 'cancelled' && outcome !== 'expired' && error.code !== 'PERSON_TOOK_OVER';
    if (run && contract.style === 'forward' && isDeadLetter) run.record('failed', { code: error.code, again: false });
    await this.tellUnrun(error, job, contract, run, isLast ? undefined : delayMs);
    if (run) await endFailedRun(run, contract, error, site, { keepJob: isDeadLetter });
    else await endUnreadJob(job.data, contract.style, error, around);
    if (!isDeadLetter) {
      logger.info({ ...line, outcome }, 'the job was dropped');
      if (run) this.leaveEnding(job, run);
      return;
    }
    jobFailures.inc(labels);
    logger.error({ ...line, err: error, outcome }, 'the job failed for good');
    throw deadLetter(error);
  }

  private async tellUnrun(error: MeshError, job: Job, contract: JobContract, run: RunningJob | undefined, againInMs: number | undefined): Promise<void> {
    if (run?.isInvoked) return;
    const { around, logger } = this.options;
    const input = run?.input ?? readUnsealed(job.data, contract);
    if (!input) return;
    try {
      await this.options.tellUnrun(input, contract, { error, at: around.clock.now() });
    } catch (thrown) {
      const met = toMeshError(thrown);
      logger.warn({ requestId: input.envelope.requestId, job: job.id, err: met }, 'what the job leaves behind could not be told of its end');
      if (againInMs !== undefined) throw new RetryLater(met, againInMs);
    }
  }
}
