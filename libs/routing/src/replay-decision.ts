import type { AuditEvent } from '@switchyard/contracts';
import { isAlternatives, namesInCondition, RuleMoment, type Condition, type RuleDefinition } from '@switchyard/site';
import { z } from 'zod';
import { chooseRoute, type RecordedFacts, type RouteDecision } from './choose-route.js';
import { matches, valueAt } from './matches.js';

/** A decision as the record holds it: what was decided, by which rule, from what. */
export interface RecordedDecision {
  readonly requestId: string;
  readonly tier: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly siteVersion: string;
  readonly moment: RuleMoment;
  /** The rule that the site's rules chose; what could not be carried out went to a person, under a rule of the mesh. */
  readonly rule: string;
  /** Where the rule goes; undefined where the record holds only where the request went instead. */
  readonly to: string | undefined;
  readonly facts: RecordedFacts;
}

/** The facts of a `routed` step, as `carryOut` writes them; steps of before have no moment. */
const RoutedFacts = z.looseObject({ rule: z.string(), to: z.string(), moment: RuleMoment.optional(), insteadOf: z.string().optional(), facts: z.record(z.string(), z.unknown()) });

/** The decision of a `routed` step; undefined of any other step, and of one whose facts or moment are not recorded. */
export function readDecision(step: AuditEvent): RecordedDecision | undefined {
  const routed = step.step === 'routed' ? RoutedFacts.safeParse(step.facts).data : undefined;
  const moment = routed?.moment ?? (step.tier === 'dispatcher' ? 'message' : undefined);
  if (!routed || !moment) return undefined;
  const { requestId, tier, at, siteVersion } = step;
  return { requestId, tier, at, siteVersion, moment, rule: routed.insteadOf ?? routed.rule, to: routed.insteadOf === undefined ? routed.to : undefined, facts: routed.facts };
}

export interface Replay {
  readonly decided: RouteDecision;
  /** `same`: the same rule goes to the same place. `unknown`: it depends on a fact that the record does not hold. */
  readonly verdict: 'same' | 'rule' | 'target' | 'unknown';
  /** Facts that the record does not hold and the decision depends on. */
  readonly missing: readonly string[];
}

/** What these rules decide from the recorded facts. Pure: with the rules of then, the decision of then. */
export function replayDecision(recorded: RecordedDecision, rules: readonly RuleDefinition[]): Replay {
  const { moment, facts } = recorded;
  const decided = chooseRoute(rules, moment, facts);
  const isKnown = (name: string): boolean => valueAt(facts, name) !== undefined;
  // The first rule that could hold: where all that it asks for is known, it is the one that decided.
  const first = rules.find(({ on, when }) => on === moment && matches(knownPart(when, isKnown), facts));
  const missing = first ? [...new Set([...namesInCondition(first.when)].map(({ name }) => name))].filter((name) => !isKnown(name)) : [];
  if (missing.length > 0) return { decided, missing, verdict: 'unknown' };
  const isSameTarget = recorded.to === undefined || decided.to === recorded.to;
  return { decided, missing, verdict: decided.rule !== recorded.rule ? 'rule' : isSameTarget ? 'same' : 'target' };
}

/** The tests of a condition on what is known. */
function knownPart(condition: Condition, isKnown: (name: string) => boolean): Condition {
  return Object.fromEntries(Object.entries(condition).flatMap(([name, test]): [string, Condition[string]][] => {
    if (isAlternatives(name, test)) return [[name, test.map((one) => knownPart(one, isKnown))]];
    return isKnown(name) ? [[name, test]] : [];
  }));
}
