import { Sealed, type Reply, type Tier } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import type { Logger } from '@switchyard/telemetry';
import { fixedText, type MeshSite } from '../boot/mesh-site.js';
import type { RedisConnection } from '../connect/open-redis.js';
import type { RedisClock } from '../connect/redis-clock.js';
import type { ConversationCommit, ConversationStore } from '../conversation/conversation-store.js';
import { ConversationLanes } from '../conversation/lanes.js';
import { outcomes } from '../measure/job-metrics.js';
import type { Deliveries } from '../people/deliveries.js';
import type { AuditLog } from '../reply/audit-log.js';
import { buildReply } from '../reply/build-reply.js';
import { finishRequest } from '../reply/finish-request.js';
import type { Sealer } from '../seal/sealer.js';
import type { MeshStore } from '../store/mesh-store.js';
import { FINAL_EPOCH } from '../transport/epoch.js';
import type { CloudCalls } from './cloud-calls.js';
import { readRequest, type RequestRecord } from './request-record.js';

export interface EndingSurroundings {
  readonly redis: RedisConnection;
  readonly cloudCalls: CloudCalls;
  readonly store: MeshStore;
  readonly sealer: Sealer;
  readonly clock: RedisClock;
  readonly audit: AuditLog;
  readonly conversations: ConversationStore;
  readonly deliveries: Deliveries;
  readonly site: MeshSite;
  readonly tier: Tier;
  readonly logger: Logger;
}

/** How often a line of a conversation is added anew where another request was quicker. */
const COMMIT_TRIES = 20;

/** The rule that a receipt names where a person has the conversation. */
export const HUMAN_RULE = 'builtin.human';

/** Ends that say nothing to the customer: another message speaks for this one. */
const SILENT_CODES: ReadonlySet<string> = new Set(['REQUEST_MERGED', 'REQUEST_SUPERSEDED']);

/** How a request ends that no handler could answer: the catalogue's outcome, in the site's words. */
export function failureDraft(error: MeshError, site: MeshSite, language: string | undefined): { readonly outcome: MeshError['entry']['outcome']; readonly tier: 'none'; readonly text: string; readonly error: { readonly code: string; readonly title: string; readonly laterRequestId?: string } } {
  const { code, field } = error;
  const { outcome, title } = error.entry;
  // A request that gives its place to another one names it.
  const isSilent = SILENT_CODES.has(code);
  return { outcome, tier: 'none', text: isSilent ? '' : fixedText(site, outcome, language), error: { code, title, ...(isSilent && field !== undefined ? { laterRequestId: field } : {}) } };
}

/** Ends requests by what was stored when they were accepted, and takes up what waited behind them. */
export class Endings {
  readonly lanes: ConversationLanes;

  constructor(private readonly around: EndingSurroundings) {
    const { store, sealer, clock, audit, tier, site } = around;
    const weightOf = (tenant: string): number => weightIn(site, tenant);
    this.lanes = new ConversationLanes({ store, sealer, clock, audit, tier, weightOf, end: (requestId, error) => this.end(requestId, error) }, mergeWindowOf(site));
  }

  /**
   * Ends a request without an answer, by the outcome of the error's code and in the site's words.
   * @returns whether this was its end: `false` when it has one already, or is past its retention.
   */
  async end(requestId: string, error: MeshError): Promise<boolean> {
    const record = await readRequest(this.around.redis, requestId);
    if (!record || record.outcome) return false;
    return this.write(record, await this.replyOf(record, failureDraft(error, this.around.site, record.language)), error.code);
  }

  /**
   * Ends a request whose place a newer message of the conversation takes. What its customer said stays in the
   * conversation, so that the newer one is understood.
   */
  async supersede(requestId: string, by: string): Promise<boolean> {
    const record = await readRequest(this.around.redis, requestId);
    if (!record || record.outcome) return false;
    const error = new MeshError('REQUEST_SUPERSEDED', `by ${by}`, { field: by });
    const reply = await this.replyOf(record, failureDraft(error, this.around.site, record.language));
    return this.write(record, reply, error.code, await this.saidOf(record));
  }

  /** Ends a request silently, because a person has its conversation; what the customer said is kept for when the mesh has it back. */
  async leaveToPerson(record: RequestRecord, said?: string): Promise<boolean> {
    const reply = await this.replyOf(record, { outcome: 'handed_over', tier: 'none', text: '' }, [HUMAN_RULE]);
    return this.write(record, reply, undefined, said);
  }

  /** Takes up the message of a conversation that waits behind one that has ended; the sweepers do it where this fails. */
  takeUp(tenant: string, conversationId: string): void {
    this.lanes.takeUp(tenant, conversationId).catch((error: unknown) => this.around.logger.warn({ err: error }, 'the next message of a conversation could not be taken up at once; a sweep does it'));
  }

  /** What the tiers had learned is known here only where something left the site, which a receipt must tell. */
  private async replyOf(record: RequestRecord, draft: Parameters<typeof buildReply>[1], rules: readonly string[] = []): Promise<Reply> {
    const trail = await this.around.cloudCalls.close(record.requestId);
    return buildReply({ ...record, trail: { ...trail, rules: [...trail.rules, ...rules] } }, draft, this.around.clock.now());
  }

  /** @param said what the customer said, where it is to stay in the conversation */
  private async write(record: RequestRecord, reply: Reply, code?: string, said?: string): Promise<boolean> {
    const { tenant, conversationId } = record;
    const { verdict, next } = await this.finish(record, reply, said, code);
    if (next !== undefined) this.takeUp(tenant, conversationId);
    if (verdict === 'human') return this.leaveToPerson(record);
    if (verdict !== 'ended') return false;
    outcomes.inc({ outcome: reply.receipt.outcome, answered_by: 'none' });
    return true;
  }

  private async finish(record: RequestRecord, reply: Reply, said: string | undefined, code: string | undefined): ReturnType<typeof finishRequest> {
    const { store, sealer, audit, tier, clock, site } = this.around;
    const { requestId, tenant, conversationId, replyTo } = record;
    const language = record.language === 'zh' || record.language === 'en' ? record.language : site.settings.defaultLanguage;
    const deliveries = this.around.deliveries.of({ ...record, outcome: reply.receipt.outcome, text: reply.text, language, at: clock.now(), turns: [] });
    const { outcome, rule, timings } = reply.receipt;
    const event = audit.untimed(tier, record, 'outcome', { outcome, answeredBy: 'none', rule, ...(code === undefined ? {} : { code }) }, timings['total']);
    const end = { requestId, tenant, conversationId, replyTo, epoch: FINAL_EPOCH, seq: 0, reply, isSilent: reply.text === '', event, deliveries };
    for (let left = said === undefined ? 0 : COMMIT_TRIES; left > 0; left -= 1) {
      try {
        return await finishRequest(store, sealer, { ...end, conversation: await this.commitText(record, said ?? '') });
      } catch (error) {
        // Another request of the conversation ended in between; each that does makes room for the next.
        if (!MeshError.is(error) || error.code !== 'CONVERSATION_CONFLICT') throw error;
      }
    }
    // What the others wrote is worth more than this line of it.
    return finishRequest(store, sealer, end);
  }

  private async saidOf(record: RequestRecord): Promise<string | undefined> {
    if (record.said === undefined) return undefined;
    const said: unknown = this.around.sealer.open(Sealed.parse(JSON.parse(record.said)), record.requestId);
    return typeof said === 'string' ? said : undefined;
  }

  private async commitText({ tenant, conversationId, requestId }: RequestRecord, said: string): Promise<ConversationCommit> {
    const { conversations } = this.around;
    return conversations.commitOf(await conversations.load(tenant, conversationId, requestId), said);
  }
}

/** The share of a busy queue that a tenant has: 1 where the site says nothing. */
export function weightIn(site: MeshSite, tenant: string): number {
  return site.settings.tenants?.find((one) => one.id === tenant)?.weight ?? 1;
}

export const mergeWindowOf = (site: MeshSite): number => site.settings.conversations?.merge.windowMs ?? 0;
