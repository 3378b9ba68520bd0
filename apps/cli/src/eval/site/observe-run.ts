import type { AuditEvent } from '@switchyard/contracts';
import type { GatewayClient } from '../../client/gateway-client.js';
import type { Result } from './run-conversations.js';

/** A conversation that was run, and what the local model had to do with it. */
export interface ObservedConversation {
  readonly name: string;
  readonly passed: boolean;
  /** Of each turn that was asked: `outcome/tier`, `answered/worker` for one. */
  readonly turns: readonly string[];
  /** Of the first turn that did not come out as expected. */
  readonly faults: readonly string[];
  readonly calls: readonly ObservedCall[];
  /** Messages that the model was asked, and those of them that the worker passed on: it would not answer, or its answer was not good enough. */
  readonly messages: number;
  readonly escalated: number;
}

export interface ObservedCall {
  readonly isRepair: boolean;
  /** The model answered in the canary's place. */
  readonly isAway: boolean;
  readonly failed: boolean;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly ms: number;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function callOf({ facts, tookMs = 0 }: AuditEvent): ObservedCall {
  return {
    isRepair: facts['attempt'] === 'repair',
    isAway: facts['variant'] === 'canary_away',
    failed: facts['error'] !== undefined,
    tokensIn: numberOf(facts['tokensIn']),
    tokensOut: numberOf(facts['tokensOut']),
    ms: tookMs,
  };
}

/** What the record of a request says of the local model. */
export function observeSteps(steps: readonly AuditEvent[]): Pick<ObservedConversation, 'calls' | 'messages' | 'escalated'> {
  const own = steps.filter(({ tier }) => tier === 'worker');
  const calls = own.filter(({ step }) => step === 'model_called').map(callOf);
  const isAsked = calls.length > 0;
  return { calls, messages: isAsked ? 1 : 0, escalated: isAsked && own.some(({ step }) => step === 'escalated') ? 1 : 0 };
}

/** Adds to each conversation what was recorded of it. */
export async function observeRun(client: Pick<GatewayClient, 'explain'>, results: readonly Result[]): Promise<ObservedConversation[]> {
  const observed: ObservedConversation[] = [];
  for (const { name, passed, faults = [], answers } of results) {
    const seen = await Promise.all(answers.map(async ({ requestId }) => observeSteps((await client.explain(requestId)).steps)));
    observed.push({
      name,
      passed,
      faults,
      turns: answers.map(({ outcome, receipt }) => `${outcome}/${receipt?.tier ?? 'none'}`),
      calls: seen.flatMap(({ calls }) => calls),
      messages: seen.reduce((sum, one) => sum + one.messages, 0),
      escalated: seen.reduce((sum, one) => sum + one.escalated, 0),
    });
  }
  return observed;
}
