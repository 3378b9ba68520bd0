import type { Reply } from '@switchyard/contracts';
import { takeFromQuota, type ScriptRunner } from '../auth/rate-limit.js';
import type { Caller } from '../auth/authenticate.js';
import { accepted, endToEnd, outcomes } from '../measure/gateway-metrics.js';
import { admit, type Backlogs } from './admit.js';
import type { Ask } from './ask.js';
import type { Accepted, Mesh } from './mesh.js';

/** The way of every message into the mesh: quota, room, then the queue. */
export class Submission {
  constructor(
    private readonly mesh: Mesh,
    private readonly redis: ScriptRunner,
    private readonly backlog: { read(): Promise<Backlogs> },
  ) {}

  /** @throws MeshError OVERLOADED, RATE_LIMITED, IDEMPOTENCY_MISMATCH or QUEUE_UNAVAILABLE; then nothing was accepted */
  submit(caller: Caller, ask: Ask): Promise<Accepted> {
    return this.#enter(caller, ask, () => this.mesh.accept(caller.tenant.id, ask));
  }

  /** As `submit`, for a client that waits for the answer. */
  converse(caller: Caller, ask: Ask, signal: AbortSignal): ReturnType<Mesh['converse']> {
    return this.#enter(caller, ask, () => this.mesh.converse(caller.tenant.id, ask, signal));
  }

  async #enter<Result extends Accepted>(caller: Caller, ask: Ask, send: () => Promise<Result>): Promise<Result> {
    admit(await this.backlog.read(), ask.lane, ask.deadlineMs);
    await takeFromQuota(this.redis, caller.tenant);
    const result = await send();
    if (result.created) accepted.inc({ source: ask.source, tenant: caller.tenant.id });
    return result;
  }
}

/** Counts a reply that this gateway delivered. `tookMs` runs from acceptance. */
export function countReply(reply: Reply, tookMs: number): void {
  const labels = { outcome: reply.receipt.outcome, tier: reply.receipt.tier };
  outcomes.inc(labels);
  endToEnd.observe(labels, tookMs / 1_000);
}
