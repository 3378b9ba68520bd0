import { MOST_STEPS, StepList } from '@switchyard/contracts';
import { readDecision, type RecordedDecision } from '@switchyard/routing';
import type { GatewayClient } from '../client/gateway-client.js';

export interface RecentTraffic {
  /** The latest first. */
  readonly decisions: readonly RecordedDecision[];
  /** Calls of cloud models in the same time, and what they cost. */
  readonly expertCalls: number;
  readonly costUsd: number;
}

/**
 * The latest recorded decisions, at most `last`, from `since` (ms since 1970) on.
 * @throws MeshError as the gateway answers
 */
export async function readDecisions(client: Pick<GatewayClient, 'call'>, { last, since }: { readonly last: number; readonly since: number }): Promise<RecentTraffic> {
  const decisions: RecordedDecision[] = [];
  let expertCalls = 0;
  let costUsd = 0;
  let before: number | undefined;
  do {
    const query = new URLSearchParams({ step: 'routed,model_called', since: String(since), limit: String(MOST_STEPS), ...(before === undefined ? {} : { before: String(before) }) });
    const { steps, next } = StepList.parse(await client.call('GET', `/v1/steps?${query.toString()}`));
    for (const step of steps) {
      const decision = readDecision(step);
      if (decision) decisions.push(decision);
      else if (step.tier === 'expert' && step.step === 'model_called') {
        expertCalls += 1;
        costUsd += Number(step.facts['costUsd'] ?? 0);
      }
      if (decisions.length >= last) return { decisions, expertCalls, costUsd };
    }
    before = next;
  } while (before !== undefined);
  return { decisions, expertCalls, costUsd };
}
