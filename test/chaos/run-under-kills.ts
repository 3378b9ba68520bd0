import { randomUUID } from 'node:crypto';
import { MeshError } from '@switchyard/errors';
import { openLoop } from '../load/open-loop.js';
import type { OpenMesh } from '../flow/open-mesh.js';

export interface KillPlan {
  readonly kill: string;
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Seconds into the run at which the process is killed. */
  readonly killAt: readonly number[];
}

export interface KillResult {
  /** Requests that were accepted and have no outcome, or whose outcome is that of an expired one. */
  readonly lost: readonly string[];
  /** Requests with more than one outcome, or more than one effect. */
  readonly doubled: readonly string[];
  readonly slowestMs: number;
  readonly counts: Record<string, number>;
}

interface Stored {
  readonly state: string;
  readonly outcome?: string;
}

/** Calls until the gateway answers: a client that was cut off tries again with the same idempotency key. */
async function insist<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const passing = MeshError.is(error) && (error.code === 'QUEUE_UNAVAILABLE' || error.entry.status >= 502);
      if (!passing && !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * Offers messages at a steady rate, kills one process now and then (the supervisor starts it again), waits for every
 * outcome, and then compares three ledgers: what the client was promised, what the gateway has stored, and what the
 * auditor recorded.
 */
export async function runUnderKills(open: OpenMesh, plan: KillPlan): Promise<KillResult> {
  const asks = open.mesh.site.tests.conversations.map((one) => one.turns[0]?.ask ?? '');
  const accepted: string[] = [];
  const tookMs: number[] = [];
  const counts: Record<string, number> = { accepted: 0 };
  const outcomes = new Map<string, string>();
  const kills = plan.killAt.map((second) => setTimeout(() => open.mesh.kill(plan.kill), second * 1_000));
  await openLoop(plan.ratePerSecond, plan.seconds, async (index) => {
    const key = randomUUID();
    const began = performance.now();
    const { requestId } = await insist(() => open.client.call<{ requestId: string }>('POST', '/v1/requests', { text: asks[index % asks.length], deadlineMs: 60_000 }, { 'idempotency-key': key }));
    accepted.push(requestId);
    for (;;) {
      const stored = await insist(() => open.client.call<Stored>('GET', `/v1/requests/${requestId}`));
      if (stored.outcome !== undefined) {
        outcomes.set(requestId, stored.outcome);
        break;
      }
      if (performance.now() - began > 90_000) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    tookMs.push(performance.now() - began);
  });
  for (const timer of kills) clearTimeout(timer);
  counts['accepted'] = accepted.length;
  for (const outcome of outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const lost = accepted.filter((id) => !outcomes.has(id) || outcomes.get(id) === 'expired');
  const doubled: string[] = accepted.filter((id, index) => accepted.indexOf(id) !== index);
  let repeated = 0;
  for (const id of accepted) {
    const { steps } = await insist(() => open.client.explain(id));
    const ends = steps.filter((step) => step.step === 'outcome' && step.facts['first'] !== false);
    if (ends.length > 1) doubled.push(id);
    if (steps.some((step) => step.attempt > 1)) repeated += 1;
  }
  counts['with a repeated step'] = repeated;
  return { lost, doubled, slowestMs: Math.max(...tookMs), counts };
}
