import { DispatchJob, type Envelope, type JobContract, type Tier } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import type { RedisClock } from '../connect/redis-clock.js';
import { allJobs } from '../job-catalogue.js';
import type { AuditLog } from '../reply/audit-log.js';
import type { Sealer } from '../seal/sealer.js';
import type { MeshStore } from '../store/mesh-store.js';
import type { LaneEntry } from '../store/operations.js';
import { buildEnvelope } from '../transport/build-envelope.js';
import { readEnvelope, readInput } from '../transport/read-job.js';
import { burstOf, joinBurst, type WaitingAsk } from './burst.js';

export interface LaneSurroundings {
  readonly store: MeshStore;
  readonly sealer: Sealer;
  readonly clock: RedisClock;
  readonly audit: AuditLog;
  readonly tier: Tier;
  weightOf(tenant: string): number;
  /** Ends a request from its record; told to be another's when it has ended. */
  end(requestId: string, error: MeshError): Promise<boolean>;
}

interface Held extends WaitingAsk {
  readonly contract: JobContract;
  readonly envelope: Envelope;
  readonly private: Record<string, unknown>;
}

/**
 * The lane of a conversation: its messages in order, one at a time, over all instances. The store holds back what comes
 * while one is in work, and takes the next up by itself; what comes here is what it cannot do, since it cannot read:
 * several waiting messages that are one question.
 */
export class ConversationLanes {
  constructor(
    private readonly around: LaneSurroundings,
    private readonly windowMs: number,
  ) {}

  /** Takes up the first message that waits, and with it those of the same burst. Doing it twice is harmless. */
  async takeUp(tenant: string, conversationId: string): Promise<void> {
    const { store, clock } = this.around;
    const lane = await store.lane(tenant, conversationId);
    await this.endMerged(lane);
    const waiting: Held[] = [];
    for (const entry of lane.filter(({ held }) => held !== 'merged')) {
      // The first is in work: it takes up the next when it ends.
      if (entry.held !== '1') break;
      try {
        waiting.push(this.open(entry));
      } catch (error) {
        // Nobody can read it (a key that was taken out of use), so nobody can answer it; its end takes up the next.
        await this.around.end(entry.requestId, toMeshError(error));
      }
    }
    const burst = burstOf(waiting, this.windowMs) as readonly Held[];
    const last = burst.at(-1);
    if (!last) return;
    const how = { now: clock.now(), weight: this.around.weightOf(tenant) };
    if (burst.length === 1) return void (await store.release(last.contract, last.envelope, how));
    const merged = this.merge(burst, last);
    const absorbed = burst.slice(0, -1).map(({ entry }) => entry.requestId);
    if (!(await store.carry(tenant, conversationId, last.entry.requestId, JSON.stringify(merged), absorbed))) return;
    this.around.audit.record(this.around.tier, last.envelope, 'merged', { requests: burst.length, into: last.entry.requestId });
    await store.release(last.contract, merged, how);
    for (const requestId of absorbed) await this.endAbsorbed(requestId, last.entry.requestId);
  }

  /** Those that another message speaks for, where whoever merged them died before it ended them. */
  private async endMerged(lane: readonly LaneEntry[]): Promise<void> {
    for (const { requestId, held, into } of lane) if (held === 'merged') await this.endAbsorbed(requestId, into ?? '');
  }

  private endAbsorbed(requestId: string, into: string): Promise<boolean> {
    return this.around.end(requestId, new MeshError('REQUEST_MERGED', `answered with ${into}`, { field: into }));
  }

  /** The envelope of the last message, asking all of them; with what was known before the first. */
  private merge(burst: readonly Held[], last: Held): Envelope {
    const { v: _v, kind: _kind, body, sealed: _sealed, ...head } = last.envelope;
    return buildEnvelope(DispatchJob, head, { body, private: { ...last.private, text: joinBurst(burst), turns: burst[0]?.private['turns'] ?? [] } }, this.around.sealer);
  }

  private open(entry: LaneEntry): Held {
    const data: unknown = JSON.parse(entry.job ?? 'null');
    const kind = typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined;
    const contract = allJobs.find((one) => one.kind === kind);
    if (!contract) throw new MeshError('JOB_INVALID', 'a job that waits is of no kind that this release knows', { field: 'kind' });
    const envelope = readEnvelope(data, contract);
    const opened = readInput(envelope, contract, this.around.sealer).private as Record<string, unknown>;
    const { text } = opened;
    return { entry, contract, envelope, private: opened, text: contract === DispatchJob && typeof text === 'string' ? text : undefined };
  }
}
