import type { Reply } from '@switchyard/contracts';
import { newRequestId, type ClaimedRequest } from '@switchyard/queue';
import type { Admission } from '../admit/admission.js';
import type { Caller } from '../auth/authenticate.js';
import { takeFromQuota, type ScriptRunner } from '../auth/rate-limit.js';
import { accepted, endToEnd, outcomes } from '../measure/gateway-metrics.js';
import type { Ask } from './ask.js';
import type { Accepted, Mesh, RequestIds, RequestView } from './mesh.js';

/** The keys by which clients name their requests. */
export interface Keys {
  claim(tenant: string, key: string, content: string, conversationId: string): Promise<ClaimedRequest>;
}

/** What is stored of a message beside its text. */
const ENVELOPE_BYTES = 1_000;

/** The way of every message into the mesh: the client's key, room, quota, then the queue. */
export class Submission {
  constructor(
    private readonly mesh: Mesh,
    private readonly redis: ScriptRunner,
    private readonly admission: Pick<Admission, 'enter'>,
    private readonly keys: Keys,
  ) {}

  /**
   * A repeat of what was accepted before costs nothing and is never refused: its client only wants to know.
   * @throws MeshError OVERLOADED, TENANT_BACKLOG_FULL, RATE_LIMITED, IDEMPOTENCY_MISMATCH or QUEUE_UNAVAILABLE; then nothing was accepted
   */
  async submit(caller: Caller, ask: Ask): Promise<Accepted> {
    const { id: tenant } = caller.tenant;
    if (!ask.idempotency) return this.#enter(caller, ask, () => this.mesh.accept(tenant, ask, freshIds(tenant, ask)));
    const { state, ...ids } = await this.keys.claim(tenant, ask.idempotency.key, ask.idempotency.content, ask.conversationId);
    if (state === 'over') return { view: endedLongAgo(ids), created: false };
    if (state === 'new') return this.#enter(caller, ask, () => this.mesh.accept(tenant, ask, ids));
    const view = await this.mesh.find(tenant, ids.requestId);
    return { view: view ?? endedLongAgo(ids), created: false };
  }

  /** As `submit`, for a client that waits for the answer. */
  converse(caller: Caller, ask: Ask, signal: AbortSignal): ReturnType<Mesh['converse']> {
    const { id: tenant } = caller.tenant;
    return this.#enter(caller, ask, () => this.mesh.converse(tenant, ask, freshIds(tenant, ask), signal));
  }

  async #enter<Result extends Accepted>(caller: Caller, ask: Ask, send: () => Promise<Result>): Promise<Result> {
    const { lane, deadlineMs, text, turns } = ask;
    const said = [text, ...turns.map((turn) => turn.text)].reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    await this.admission.enter(caller.tenant, { lane, deadlineMs, bytes: ENVELOPE_BYTES + Math.ceil(said * 1.4) });
    await takeFromQuota(this.redis, caller.tenant);
    const result = await send();
    if (result.created) accepted.inc({ source: ask.source, tenant: caller.tenant.id });
    return result;
  }
}

const freshIds = (tenant: string, { conversationId }: Ask): RequestIds => ({ requestId: newRequestId(tenant, conversationId), conversationId });

/** A request of which no more is known than that it was accepted: it is past its retention. */
function endedLongAgo(ids: RequestIds): RequestView {
  return { ...ids, state: 'done', acceptedAt: 0, deadlineAt: 0, replyTo: '', siteVersion: '' };
}

/** Counts a reply that this gateway delivered. `tookMs` runs from acceptance. */
export function countReply(reply: Reply, tookMs: number): void {
  const labels = { outcome: reply.receipt.outcome, tier: reply.receipt.tier };
  outcomes.inc(labels);
  endToEnd.observe(labels, tookMs / 1_000);
}
