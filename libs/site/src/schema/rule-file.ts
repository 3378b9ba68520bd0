import { z } from 'zod';
import { didYouMean } from '../parse/nearest-name.js';
import { Condition, Name, Text } from './common.js';
import { namesInCondition } from './condition-names.js';
import { FACT_NAMES } from './fact-names.js';

/** Where a rule is asked: when a message arrives, when a tier could not answer it, when the local model does not answer, and when the expert cannot be asked. */
export const RuleMoment = z.enum(['message', 'no_answer', 'model_unavailable', 'expert_unavailable']);
export type RuleMoment = z.infer<typeof RuleMoment>;

/** Where a request goes. `curated`: the curated answer that was matched. `say`: a fixed text. */
export const Target = z.enum(['curated', 'worker', 'retrieval', 'expert', 'human', 'refuse', 'say']);
export type Target = z.infer<typeof Target>;

const facts = new Set<string>(FACT_NAMES);

const RuleCondition = Condition.superRefine((condition, context) => {
  // Such a test would compare with nothing for ever.
  for (const { name, path } of namesInCondition(condition)) if (!facts.has(name)) context.addIssue({ code: 'custom', path: [...path], message: `is not a fact that a rule can ask for${didYouMean(name, FACT_NAMES)}` });
});

/**
 * A routing rule: the first of its moment whose condition holds decides. Conditions name facts:
 * `intent`, `intents` (all that the message asks for), `confidence`, `task`, `language`, `tenant`, `lane`, `flow` (the intent's), `slots` (names found),
 * `curated.id`, `curated.confidence`, `screening.action`, `screening.categories`, `pii` (kinds found), `injection` (0..1),
 * `open.flow`, `open.expects`, `open.fits` (the message answers what the open flow asked), `budgetLeftUsd`,
 * `timeLeftMs`, `backlog.worker` (jobs that wait, of any queue), `oldestMs.worker` (how long the oldest of them has waited),
 * `available.localModel`, `available.expert`, `router.localRight`, `router.expertRight`, `router.gain`, `router.savesUsd` (what the site's router expects), `egress`, `characters`. Another name is an error.
 */
export const RuleDefinition = z.strictObject({
  name: Name,
  on: RuleMoment.default('message'),
  when: RuleCondition.default({}),
  then: z.strictObject({
    to: Target,
    /** `worker`: the flow to start, where it is not the intent's own; `continue` goes on with the open one. */
    flow: Name.optional(),
    /** `say`, `refuse`, `human`: what the customer reads, where it is not the site's own text. */
    text: Text.optional(),
    /** Recorded, and given to the person who takes over. */
    reason: z.string().optional(),
  }),
});
export type RuleDefinition = z.infer<typeof RuleDefinition>;

export const RuleFile = z.strictObject({ rules: z.array(RuleDefinition).min(1) });
