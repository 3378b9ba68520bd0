import { mergeTrail } from '@switchyard/contracts';
import type { RuleMoment } from '@switchyard/site';
import { carryOut, type CarryOutInput } from './carry-out.js';
import { chooseRoute } from './choose-route.js';
import { factsFromTrail, type FurtherFacts } from './rule-facts.js';

export interface PassOnInput extends Omit<CarryOutInput, 'facts' | 'moment' | 'passedOnFor'> {
  /** Why it is passed on, for the record: a name, never a text. */
  readonly reason: string;
  /** What the tier knows of the mesh: budget, what waits and for how long, what is available, egress. */
  readonly mesh: Pick<FurtherFacts, 'budgetLeftUsd' | 'backlog' | 'oldestMs' | 'available' | 'egress'>;
}

/**
 * What a tier does with a message that it cannot answer: the site's rules for that moment decide, over what was learned so
 * far, and the decision is carried out.
 */
export async function passOn(moment: Exclude<RuleMoment, 'message'>, input: PassOnInput): Promise<void> {
  const { context, job, site, text, trail, slots, mesh, reason } = input;
  const { envelope } = job;
  context.record('escalated', { moment, reason });
  const facts = factsFromTrail(mergeTrail(envelope.trail, trail), envelope, {
    ...mesh,
    flow: site.intents.find(({ label }) => label === envelope.trail.intent?.label)?.flow ?? null,
    slots: Object.keys(slots ?? {}),
    timeLeftMs: context.timeLeftMs(),
    characters: Array.from(text).length,
  });
  const decision = chooseRoute(site.rules, moment, facts);
  context.decided({ rule: decision.rule, to: decision.to, intent: facts.intent ?? 'none', confidence: facts.confidence });
  await carryOut(decision, { ...input, passedOnFor: reason, moment, facts });
}
