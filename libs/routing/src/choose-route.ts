import type { RuleDefinition, RuleMoment, Target, Text } from '@switchyard/site';
import { matches } from './matches.js';
import type { RuleFacts } from './rule-facts.js';

/** Where a request goes, and the rule that says so. Rule names are public: receipts and alerts hold them. */
export interface RouteDecision {
  readonly rule: string;
  readonly to: Target;
  readonly flow?: string;
  readonly text?: Text;
  readonly reason?: string;
}

/** Facts as they come out of the record: perhaps of another release, with names that this one does not know. */
export type RecordedFacts = Readonly<Record<string, unknown>>;

/** Decisions that no rule of the site made. */
export const BUILTIN_RULES = {
  /** No rule of the site held. */
  noRule: 'builtin.no_rule',
  /** The request was passed on too often, or to the tier that had it. */
  hops: 'builtin.hops',
  /** A rule gave the curated answer, and none was matched. */
  noCurated: 'builtin.no_curated',
} as const;

/** The first rule of the moment whose condition holds decides. Pure: same rules and facts, same decision. */
export function chooseRoute(rules: readonly RuleDefinition[], moment: RuleMoment, facts: RuleFacts | RecordedFacts): RouteDecision {
  const rule = rules.find((one) => one.on === moment && matches(one.when, facts));
  if (!rule) return { rule: BUILTIN_RULES.noRule, to: 'human' };
  const { to, flow, text, reason } = rule.then;
  return { rule: rule.name, to, ...(flow === undefined ? {} : { flow }), ...(text === undefined ? {} : { text }), ...(reason === undefined ? {} : { reason }) };
}
