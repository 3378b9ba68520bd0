import type { Envelope, ExpectedOutcome, Lane, QueueName, TaskType, Trail } from '@switchyard/contracts';
import type { WordAction } from '@switchyard/site';

/** What the router expects; all null where there is none. */
export interface RouterFacts {
  /** Probabilities, 0 to 1, that an answer of the local model, and one of the expert, is right. */
  readonly localRight: number | null;
  readonly expertRight: number | null;
  /** `expertRight` less `localRight`, -1 to 1. */
  readonly gain: number | null;
  /** What the expert is expected to save beside the local model, in USD; below 0 where it costs more than it is worth. */
  readonly savesUsd: number | null;
}

/** The facts of what the router expects. @param expected absent: the site has no router */
export function routerFacts(expected: ExpectedOutcome | undefined): RouterFacts {
  return { localRight: expected?.localRight ?? null, expertRight: expected?.expertRight ?? null, gain: expected?.gain ?? null, savesUsd: expected?.savesUsd ?? null };
}

/**
 * What rules may ask about a request, by the names that stand in a site's `rules/*.yaml`. Labels, names and numbers
 * only, never words of the customer: facts are recorded with the decision, so that it can be replayed.
 */
export interface RuleFacts {
  /** The intent's label; `oos` where none fits, null where a curated answer fits better. */
  readonly intent: string | null;
  /** Labels of all that the message asks for, curated answers among them, in its order; the one that was recognised where it is one. */
  readonly intents: readonly string[];
  /** Calibrated probability of what was recognised, 0 to 1. */
  readonly confidence: number;
  readonly task: TaskType | null;
  readonly language: string | null;
  readonly tenant: string;
  readonly lane: Lane;
  /** The flow of the intent, where it has one. */
  readonly flow: string | null;
  /** Names of the slots that were found. */
  readonly slots: readonly string[];
  readonly curated: { readonly id: string | null; readonly confidence: number };
  readonly screening: { readonly action: WordAction | 'none'; readonly categories: readonly string[] };
  /** Kinds of personal data that were found. */
  readonly pii: readonly string[];
  /** How much the message looks like an attempt to talk a model out of its orders, 0 to 1. */
  readonly injection: number;
  /** The flow that waits for the customer; all null where none does. */
  readonly open: { readonly flow: string | null; readonly expects: string | null; readonly fits: boolean | null };
  /** What the tenant may still spend today; 0 where it has no budget. */
  readonly budgetLeftUsd: number;
  readonly timeLeftMs: number;
  /** Jobs that wait, by queue. */
  readonly backlog: Partial<Readonly<Record<QueueName, number>>>;
  /** How long the oldest of them has waited, in milliseconds by Redis' clock; 0 where none waits. */
  readonly oldestMs: Partial<Readonly<Record<QueueName, number>>>;
  readonly available: { readonly localModel: boolean; readonly expert: boolean };
  readonly egress: 'allowed' | 'blocked';
  readonly router: RouterFacts;
  /** Length of the message in code points. */
  readonly characters: number;
}

/** The facts that the trail does not hold; what a tier does not know keeps the cautious default. */
export type FurtherFacts = Partial<RuleFacts>;

/**
 * The facts of a later moment (`no_answer`, `model_unavailable`, `expert_unavailable`), from what the envelope carries. What a tier knows
 * better it gives as `extra`, which goes before. What nobody gives reads as "no": nothing in the budget, no model
 * available, egress blocked, so that a rule that costs or leaves must be allowed by a known fact.
 */
export function factsFromTrail(trail: Trail, envelope: Pick<Envelope, 'tenant' | 'lane'>, extra: FurtherFacts = {}): RuleFacts {
  const intent = trail.intent;
  return {
    intent: intent === undefined || intent.source === 'none' ? null : intent.label,
    intents: trail.intents ?? (intent === undefined ? [] : [intent.label]),
    confidence: intent?.confidence ?? 0,
    task: trail.task ?? null,
    language: trail.language ?? null,
    tenant: envelope.tenant,
    lane: envelope.lane,
    flow: null,
    slots: [],
    curated: { id: null, confidence: 0 },
    screening: { action: 'none', categories: [] },
    pii: Object.keys(trail.redactions).toSorted(),
    injection: 0,
    open: { flow: null, expects: null, fits: null },
    budgetLeftUsd: 0,
    timeLeftMs: 0,
    backlog: {},
    oldestMs: {},
    available: { localModel: false, expert: false },
    egress: 'blocked',
    router: routerFacts(trail.router),
    characters: 0,
    ...extra,
  };
}
