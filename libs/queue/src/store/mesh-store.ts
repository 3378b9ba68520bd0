import { Cluster } from 'ioredis';
import type { Envelope, JobContract, QueueName } from '@switchyard/contracts';
import type { RedisConnection } from '../connect/open-redis.js';
import { failpoint } from '../failpoint.js';
import { allPartitions, AUDIT_STREAM, baseOfRequest, idempotencyKey } from '../redis-keys.js';
import { spendKeyOf, type Held, type Hold } from '../spending/hold.js';
import type { Outbox } from '../reply/outbox.js';
import type { Begun } from './begun.js';
import { GroupCommit, type Durability } from './group-commit.js';
import { newJob, type NewJob } from './new-job.js';
import { argumentsOf, failureOf, type Operation } from './operation.js';
import * as operations from './operations.js';
import { storeScript } from './script.js';

/** How long an idempotency key is remembered. */
const IDEMPOTENCY_MS = 24 * 3_600_000;
/** On a cluster a done job is kept for as long as one that is added again may come late. */
const KEEP_DONE_MS = 60_000;
const SWEEP_AT_ONCE = 100;

export interface StoreOptions {
  /** The Redis of jobs, requests and conversations. */
  readonly redis: RedisConnection;
  /** The Redis of reply streams, where it is another one. */
  readonly streams?: RedisConnection | undefined;
  readonly durability?: Durability | undefined;
  /** Messages of a conversation that have to wait and came within this time of one another are merged. */
  readonly mergeWindowMs: number;
  /** What goes along with whatever is written. */
  readonly outbox: Outbox;
}

/**
 * All that the mesh writes, over one connection. On one Redis, alone or with replicas, each method is one step of one
 * script. A cluster cannot do one step over several slots, nor can two servers: there the same operations go one after
 * the other, in an order in which a crash between two leaves something that is taken up again, and never done twice.
 */
export class MeshStore {
  /** On a cluster, where the keys of a queue and those of a request lie apart. */
  readonly isSplit: boolean;
  private readonly commits = new Map<string, GroupCommit>();
  private readonly frameCommits = new Map<string, GroupCommit>();
  /** A reply may go to its gateway in the step that ends the request: not before it is durable, and not to another server. */
  private readonly framesInOneStep: boolean;

  constructor(private readonly options: StoreOptions) {
    this.isSplit = options.redis instanceof Cluster;
    this.framesInOneStep = !this.isSplit && !options.streams && !options.durability?.replicas;
    options.outbox.sendBy((streams) => this.sendOutbox(streams));
  }

  accept(acceptance: operations.Acceptance): Promise<operations.AcceptVerdict> {
    if (!this.isSplit) return this.run(operations.accept(acceptance, false));
    return this.acceptSplit(acceptance);
  }

  private async acceptSplit(acceptance: operations.Acceptance): Promise<operations.AcceptVerdict> {
    const verdict = await this.run(operations.accept(acceptance, true));
    if (verdict.kind !== 'queued') return verdict;
    await this.run(operations.addJob(acceptance.job, false));
    // Until this is done, a sweep would add it again, which changes nothing.
    const { requestId, conversationId, job } = acceptance;
    this.run(operations.release(job.tenant, conversationId, requestId, true)).catch(() => undefined);
    return verdict;
  }

  add(job: NewJob): Promise<void> {
    return this.run(operations.addJob(job, !this.isSplit));
  }

  /** Completes a job and passes its request on. */
  async hop(completion: operations.Completion, next: NewJob, epoch: number): Promise<operations.HopVerdict> {
    if (!this.isSplit) return this.run(operations.hop(completion, next, epoch));
    const { requestId = '', conversationId = '' } = next.step ?? {};
    const wanted = await this.run(operations.markRun({ requestId, tenant: next.tenant, conversationId, epoch }, ''));
    const isWanted = wanted === 'open' || wanted === 'human';
    if (isWanted) await this.run(operations.addJob(next, false));
    const isOurs = await this.complete(completion);
    if (!isOurs) return 'lost';
    return isWanted ? 'passed' : wanted === 'overtaken' ? 'overtaken' : 'ended';
  }

  /**
   * Completes a job and passes its request on to a job that spends, with money held for it; where its caps are in the way, nothing is
   * done. On a cluster the money is held with the job that is added, and the one before it completed then: a crash between leaves a
   * job that is run again, and finds the next one added.
   */
  async hopHeld(completion: operations.Completion, next: NewJob, epoch: number, hold: Hold): Promise<operations.HeldHop> {
    if (!this.isSplit) return this.run(operations.hopHeld(completion, next, epoch, hold));
    const { requestId, tenant, conversationId } = hold;
    const wanted = await this.run(operations.markRun({ requestId, tenant, conversationId, epoch }, '', spendKeyOf(hold)));
    const isWanted = wanted === 'open' || wanted === 'human';
    const held = isWanted ? await this.run(operations.addHeldJob(next, hold)) : undefined;
    if (held?.granted === false) return { verdict: 'over_budget', held };
    failpoint('hop.between');
    if (!(await this.complete(completion))) return { verdict: 'lost' };
    return held ? { verdict: 'passed', held } : { verdict: wanted === 'overtaken' ? 'overtaken' : 'ended' };
  }

  /** Holds money for a request that is about to be put into the queue of the expert. */
  hold(hold: Hold): Promise<Held> {
    return this.run(operations.holdMoney(hold));
  }

  /** Gives back what is held for a request that will not reach the expert. */
  giveBackHold(hold: Hold): Promise<void> {
    return this.run(operations.giveBackHold(spendKeyOf(hold), hold.requestId));
  }

  /** @returns whether the run still had the job */
  complete(completion: operations.Completion): Promise<boolean> {
    return this.run(operations.completeJob(completion, this.isSplit ? KEEP_DONE_MS : 0));
  }

  take(queue: QueueName, by: operations.TakenBy, count: number): Promise<operations.Taken> {
    return this.run(operations.takeJobs(queue, by, count));
  }

  /** As `take`, at once and on another connection: behind what that one is waiting for. */
  async takeOn(redis: RedisConnection, queue: QueueName, by: operations.TakenBy, count: number): Promise<operations.Taken> {
    const operation = operations.takeJobs(queue, by, count);
    const [answer] = (await storeScript.run(redis, [operation.slot], argumentsOf([operation]))) as unknown[];
    const failure = failureOf(answer);
    if (failure) throw failure;
    return operation.read(answer);
  }

  /** Notes that a job is run alone. @returns how often it was, this time included */
  countAlone(queue: QueueName, jobId: string): Promise<number> {
    return this.run(operations.countAlone(queue, jobId));
  }

  /** A job that was taken and will not be begun here. */
  giveBack(completion: operations.Completion): Promise<void> {
    return this.run(operations.giveBackJob(completion));
  }

  /** Puts back what earlier workers of this one's instance had in hand when they died. @returns how many jobs */
  reclaim(queue: QueueName, worker: string): Promise<number> {
    return this.run(operations.reclaimJobs(queue, worker));
  }

  /** Begins a step where taking its job has not done so already. */
  begin(envelope: Pick<Envelope, 'requestId' | 'tenant' | 'conversationId' | 'hop'>, attempt: number): Promise<Begun> {
    const { requestId, tenant, conversationId, hop } = envelope;
    return this.run(operations.beginStep(requestId, tenant, conversationId, { hop, attempt }));
  }

  /** Ends a request and tells its gateway; the first writer of the newest run wins. */
  async finish(end: operations.RequestEnd): Promise<operations.Finished> {
    const { mergeWindowMs, outbox } = this.options;
    const finished = await this.run(operations.finish(end, mergeWindowMs, { isSplit: this.isSplit, withFrame: this.framesInOneStep }));
    if (finished.verdict === 'ended' && !this.framesInOneStep) {
      // Where the streams are away the gateway finds the stored reply by itself.
      await this.frameCommit(end.replyTo).run(operations.addFrames(end.replyTo, `${end.frameHead}${end.reply}}`)).catch(() => undefined);
    }
    // Where this is not done the hold ends with its time.
    if (finished.hold !== undefined && finished.verdict === 'ended') this.run(operations.giveBackHold(finished.hold, end.requestId)).catch(() => undefined);
    // The record lies elsewhere there. One that dies before this leaves an end without its line.
    if (this.isSplit && end.event && finished.verdict === 'ended' && finished.endedAt !== undefined) outbox.event({ ...end.event, at: finished.endedAt });
    if (this.isSplit && end.deliveries?.length && finished.verdict === 'ended') await this.deliverOn(end.deliveries, baseOfRequest(end.requestId));
    if (this.isSplit && end.completion && (finished.verdict === 'ended' || finished.verdict === 'late')) await this.complete(end.completion);
    return finished;
  }

  /** Puts deliveries from beside their request into their queue. Where that fails, or its process dies before, a sweep does it. */
  private async deliverOn(jobs: readonly NewJob[], base: string): Promise<void> {
    try {
      await Promise.all(jobs.map((job) => this.run(operations.addJob(job, false))));
      await this.run(operations.forgetDeliveries(base, jobs.map(({ id }) => id)));
    } catch {
      // They are kept.
    }
  }

  /** Puts the deliveries that were left beside their requests into their queue. Adding one twice is harmless. @returns how many */
  async sweepDeliveries(): Promise<number> {
    if (!this.isSplit) return 0;
    const left = (await Promise.all(allPartitions.map((base) => this.run(operations.readDeliveries(base, SWEEP_AT_ONCE))))).flat();
    await Promise.all(left.map(({ job }) => this.run(job)));
    await Promise.all(left.map(({ base, jobId }) => this.run(operations.forgetDeliveries(base, [jobId]))));
    return left.length;
  }

  mark(run: Parameters<typeof operations.markRun>[0], said: string): Promise<operations.Wanted> {
    return this.run(operations.markRun(run, said));
  }

  lane(tenant: string, conversationId: string): Promise<operations.LaneEntry[]> {
    return this.run(operations.readLane(tenant, conversationId));
  }

  carry(tenant: string, conversationId: string, requestId: string, data: string, absorbed: readonly string[]): Promise<boolean> {
    return this.run(operations.carry(tenant, conversationId, requestId, data, absorbed));
  }

  /** Takes up a request that waited in its conversation. */
  async release(contract: JobContract, envelope: Envelope, how: { readonly now: number; readonly weight: number }): Promise<boolean> {
    const { tenant, conversationId, requestId } = envelope;
    if (this.isSplit) await this.add(newJob(contract, envelope, how));
    return this.run(operations.release(tenant, conversationId, requestId, this.isSplit));
  }

  setHuman(tenant: string, conversationId: string, isOn: boolean, ttlMs: number): Promise<string[]> {
    return this.run(operations.setHuman(tenant, conversationId, isOn, ttlMs));
  }

  claim(tenant: string, key: string, request: { readonly requestId: string; readonly conversationId: string; readonly at: number }, fingerprints: readonly string[]): Promise<operations.Claim> {
    return this.run(operations.claim(idempotencyKey(tenant, key), request, IDEMPOTENCY_MS, fingerprints));
  }

  /** Requests that are overdue by `graceMs`, and those whose time to be taken up has come. */
  async sweep(graceMs: number): Promise<{ readonly overdue: readonly string[]; readonly due: readonly string[] }> {
    const groups = await this.overPartitions((bases) => operations.sweep(bases, graceMs, SWEEP_AT_ONCE));
    return { overdue: groups.flatMap(({ overdue }) => overdue), due: groups.flatMap(({ due }) => due) };
  }

  forget(requestId: string, isPending: boolean): Promise<void> {
    return this.run(operations.forget(requestId, isPending));
  }

  /** Bytes of the open requests, by tenant. */
  async usage(): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (const part of await this.overPartitions(operations.usage)) for (const [tenant, bytes] of part) sums.set(tenant, (sums.get(tenant) ?? 0) + bytes);
    return sums;
  }

  /** Writes what waits in the outbox, without waiting for something to go along with. */
  private async sendOutbox(streams: readonly string[]): Promise<void> {
    const commits = new Set([this.commitOf(AUDIT_STREAM), ...streams.map((stream) => this.frameCommit(stream))]);
    await Promise.all([...commits].map((commit) => commit.flush()));
  }

  /** The commit that an operation on this key goes with. */
  private commitOf(key: string): GroupCommit {
    const { redis, outbox, durability } = this.options;
    const tag = this.isSplit ? tagOf(key) : '';
    const takeEvents = !this.isSplit || tag === AUDIT_STREAM;
    return this.commitIn(this.commits, tag, () => new GroupCommit(redis, key, { take: () => [...(takeEvents ? outbox.takeEvents() : []), ...(this.framesInOneStep ? outbox.takeFrames() : [])], giveBack: outbox.giveBack }, durability));
  }

  /** The commit that frames of this stream go with; they need not be durable. */
  private frameCommit(stream: string): GroupCommit {
    const { streams, redis, outbox } = this.options;
    if (this.framesInOneStep) return this.commitOf(stream);
    const server = streams ?? redis;
    const one = server instanceof Cluster ? stream : undefined;
    return this.commitIn(this.frameCommits, one ?? '', () => new GroupCommit(server, stream, { take: () => outbox.takeFrames(one), giveBack: outbox.giveBack }));
  }

  private commitIn(commits: Map<string, GroupCommit>, tag: string, make: () => GroupCommit): GroupCommit {
    const commit = commits.get(tag) ?? make();
    commits.set(tag, commit);
    return commit;
  }

  private run<Answer>(operation: Operation<Answer>): Promise<Answer> {
    return this.commitOf(operation.slot).run(operation);
  }

  private overPartitions<Answer>(make: (bases: readonly string[]) => Operation<Answer>): Promise<Answer[]> {
    return Promise.all(this.isSplit ? allPartitions.map((base) => this.run(make([base]))) : [this.run(make(allPartitions))]);
  }
}

/** The hash tag of a key, or the key itself. */
const tagOf = (key: string): string => /\{([^}]+)\}/.exec(key)?.[1] ?? key;
