import type { RuleDefinition } from '@switchyard/site';
import { replayDecision, type RecordedDecision } from './replay-decision.js';

interface Way {
  readonly rule: string;
  /** Undefined where only the rule is recorded. */
  readonly to: string | undefined;
}

/** Decisions that the rules make otherwise, all of the same kind. */
export interface RuleChange {
  readonly moment: string;
  readonly from: Way;
  readonly now: Way;
  readonly count: number;
  /** Ids of requests, the latest; at most three. */
  readonly examples: readonly string[];
}

export interface ShadowReport {
  readonly requests: number;
  readonly decisions: number;
  readonly same: number;
  /** Decided otherwise: by another rule (`sameTarget`: which goes to the same place), or by the same rule to another place. */
  readonly changed: number;
  readonly sameTarget: number;
  readonly unknown: number;
  /** Decisions behind one that changed: the request would not have come there. */
  readonly moot: number;
  /** Facts that were not recorded and that decide -> how many decisions need them. */
  readonly missing: Readonly<Record<string, number>>;
  /** Most frequent first. */
  readonly changes: readonly RuleChange[];
  /** Decisions that went to the expert, and that would go there; what cannot be told is taken to stay. */
  readonly expert: { readonly before: number; readonly after: number };
}

const SHOWN_EXAMPLES = 3;

/**
 * What recorded decisions would have been under other rules. Facts are as they were: what a rule asks of the message's
 * words (intent, slots, word lists) is what the site of then made of them. What would have followed on a changed decision
 * is not known, so what did follow on the one that was made is left out.
 */
export function shadowRules(recorded: readonly RecordedDecision[], rules: readonly RuleDefinition[]): ShadowReport {
  const changes = new Map<string, RuleChange & { examples: string[]; count: number }>();
  const missing: Record<string, number> = {};
  const counts = { decisions: 0, same: 0, changed: 0, sameTarget: 0, unknown: 0, moot: 0 };
  const expert = { before: 0, after: 0 };
  const requests = Map.groupBy(lastOfEach(recorded), ({ requestId }) => requestId);
  for (const decisions of [...requests.values()].toSorted((a, b) => (b[0]?.at ?? 0) - (a[0]?.at ?? 0))) {
    let isElsewhere = false;
    for (const one of decisions) {
      counts.decisions += 1;
      if (one.to === 'expert') expert.before += 1;
      if (isElsewhere) {
        counts.moot += 1;
        continue;
      }
      const { decided, verdict, missing: absent } = replayDecision(one, rules);
      if (verdict === 'unknown') {
        counts.unknown += 1;
        for (const name of absent) missing[name] = (missing[name] ?? 0) + 1;
      } else if (verdict === 'same') counts.same += 1;
      else {
        counts.changed += 1;
        if (decided.to === one.to) counts.sameTarget += 1;
        else isElsewhere = true;
        const key = JSON.stringify([one.moment, one.rule, one.to, decided.rule, decided.to]);
        const change = changes.get(key) ?? { moment: one.moment, from: { rule: one.rule, to: one.to }, now: { rule: decided.rule, to: decided.to }, count: 0, examples: [] };
        changes.set(key, change);
        change.count += 1;
        if (change.examples.length < SHOWN_EXAMPLES) change.examples.push(one.requestId);
      }
      if ((verdict === 'unknown' ? one.to : decided.to) === 'expert') expert.after += 1;
    }
  }
  return { requests: requests.size, ...counts, missing, changes: [...changes.values()].toSorted((a, b) => b.count - a.count), expert };
}

/** One decision of each tier and moment of a request, in order of time: a job that ran again decided again. */
function lastOfEach(recorded: readonly RecordedDecision[]): RecordedDecision[] {
  const inOrder = recorded.toSorted((a, b) => a.at - b.at);
  return [...new Map(inOrder.map((one) => [`${one.requestId} ${one.tier} ${one.moment}`, one])).values()];
}
