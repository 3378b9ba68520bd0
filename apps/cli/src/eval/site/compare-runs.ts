import type { ModelChoice } from '@switchyard/site';
import type { ObservedConversation } from './observe-run.js';

/** One of the two, over all conversations. Tokens and times are of the model's calls alone. */
export interface Side {
  readonly model: string;
  readonly adapter?: string | undefined;
  readonly conversations: number;
  readonly passed: number;
  /** Messages that the model was asked, and those of them that the worker passed on. */
  readonly messages: number;
  readonly escalated: number;
  /** Its calls, those among them that asked again because the output could not be read, and those that brought none. */
  readonly calls: number;
  readonly repaired: number;
  readonly failed: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of a call: the median, and of 20 calls the longest but one. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

type Ended = Pick<ObservedConversation, 'passed' | 'turns' | 'faults'>;

export interface RunComparison {
  readonly siteVersion: string;
  readonly base: Side;
  readonly canary: Side;
  /** Conversations that passed with one of them only, or went another way. */
  readonly differing: readonly { readonly name: string; readonly base: Ended; readonly canary: Ended }[];
  /** Why the two columns do not compare the two models; absent: they do. */
  readonly problem?: string;
}

function sideOf({ model, adapter }: ModelChoice, run: readonly ObservedConversation[]): Side {
  const calls = run.flatMap((one) => one.calls);
  const total = (count: (one: ObservedConversation) => number): number => run.reduce((sum, one) => sum + count(one), 0);
  const times = calls.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0;
  return {
    model,
    ...(adapter === undefined ? {} : { adapter }),
    conversations: run.length,
    passed: run.filter((one) => one.passed).length,
    messages: total((one) => one.messages),
    escalated: total((one) => one.escalated),
    calls: calls.length,
    repaired: calls.filter((one) => one.isRepair).length,
    failed: calls.filter((one) => one.failed).length,
    tokensIn: calls.reduce((sum, one) => sum + one.tokensIn, 0),
    tokensOut: calls.reduce((sum, one) => sum + one.tokensOut, 0),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}

const ended = ({ passed, turns, faults }: ObservedConversation): Ended => ({ passed, turns, faults });

function problemOf(base: Side, canaryRun: readonly ObservedConversation[]): string | undefined {
  const calls = canaryRun.flatMap((one) => one.calls);
  const away = calls.filter((one) => one.isAway).length;
  if (away > 0) return `the canary was away in ${away} of ${calls.length} calls, which the model answered in its place`;
  if (base.calls === 0 || calls.length === 0) return 'no conversation came to the local model: its server is away, or no rule sends one there';
  return undefined;
}

/** The site's conversations with the model as it is beside the same, in the same order, with its canary. */
export function compareRuns(of: { readonly site: string; readonly base: ModelChoice; readonly canary: ModelChoice }, baseRun: readonly ObservedConversation[], canaryRun: readonly ObservedConversation[]): RunComparison {
  const [base, canary] = [sideOf(of.base, baseRun), sideOf(of.canary, canaryRun)];
  // By their place: two conversations may have one name.
  const differing = baseRun.flatMap((one, at) => {
    const other = canaryRun[at];
    return !other || (one.passed === other.passed && one.turns.join() === other.turns.join()) ? [] : [{ name: one.name, base: ended(one), canary: ended(other) }];
  });
  const problem = problemOf(base, canaryRun);
  return { siteVersion: of.site, base, canary, differing, ...(problem === undefined ? {} : { problem }) };
}
