import {
  AnswerJob,
  ConsultJob,
  DispatchJob,
  MAX_HOPS,
  RetrieveJob,
  mergeTrail,
  type AnswerTier,
  type EarlierAsk,
  type Envelope,
  type HandOver,
  type HoldEstimate,
  type JobContext,
  type Outcome,
  type ReplyDraft,
  type ReplyLanguage,
  type Slots,
  type Trail,
  type Turn,
} from '@switchyard/contracts';
import { errorEntry, type ErrorCode } from '@switchyard/errors';
import type { CuratedAnswer, RuleMoment, Site, Target, Text } from '@switchyard/site';
import { BUILTIN_RULES, chooseRoute, type RouteDecision } from './choose-route.js';
import { furtherWishes, wordsForFurther, type Answered, type Wish } from './further-wishes.js';
import { factsFromTrail, type RuleFacts } from './rule-facts.js';

/** A piece of a document that an answer may rest on. A type, not an interface, so that it fits a loose object. */
export type Passage = { readonly documentId: string; readonly title: string; readonly text: string };

/** What the expert would be asked. */
export interface Consultation {
  readonly tenant: string;
  readonly language: ReplyLanguage;
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly passages: readonly Passage[];
  readonly intent?: Trail['intent'];
  /** Labels of all that is asked for, where that is several things. */
  readonly intents?: Trail['intents'];
  /** What the conversation remembers of what was asked before its turns. */
  readonly earlier?: readonly EarlierAsk[] | undefined;
}

export interface CarryOutInput {
  readonly context: JobContext;
  readonly job: { readonly envelope: Envelope };
  readonly site: Pick<Site, 'settings' | 'intents' | 'rules'>;
  readonly language: ReplyLanguage;
  readonly text: string;
  readonly turns: readonly Turn[];
  readonly slots?: Slots;
  readonly passages?: readonly Passage[];
  /** The curated answer that was matched; needed where a rule goes to `curated`. */
  readonly curated?: CuratedAnswer;
  /** All that the message asks for, where that is several things; a text or a flow that answers one of them has to say something to the others. */
  readonly wishes?: readonly Wish[];
  /** Why an earlier tier could not answer: a name, never a text. */
  readonly passedOnFor?: string;
  /** What a consultation may cost at most, in USD: held before it is passed on to the expert. */
  readonly holdOf: (consultation: Consultation) => HoldEstimate;
  /** Knowledge collection that `retrieval` answers from. */
  readonly collection: string;
  /** What this tier learned; the decision's rule is added to it. */
  readonly trail?: Partial<Trail>;
  /** Which of the site's rules were asked. */
  readonly moment: RuleMoment;
  /** What stands in the way, for the client of a request that a person takes over. */
  readonly error?: ReplyDraft['error'];
  /** What the decision was made from; recorded with the moment, so that it can be replayed: see `replayDecision`. */
  readonly facts?: RuleFacts;
}

/** The job kind of each target that is a tier. */
const KIND_OF: Partial<Record<Target, string>> = { worker: AnswerJob.kind, retrieval: RetrieveJob.kind, expert: ConsultJob.kind };

/** The decision, or a person where it cannot be carried out. */
function settle(decision: RouteDecision, { job: { envelope }, curated, moment }: CarryOutInput): RouteDecision {
  const kind = KIND_OF[decision.to];
  // The dispatcher's job is hop 0 and counts as passed on once.
  if (kind !== undefined && (kind === envelope.kind || envelope.hop + 1 >= MAX_HOPS)) return { rule: BUILTIN_RULES.hops, to: 'human', reason: `passed on too often: ${decision.rule}` };
  // Nothing is ever put into a queue that nobody takes from.
  if (decision.to === 'expert' && moment === 'expert_unavailable') return { rule: BUILTIN_RULES.hops, to: 'human', reason: `there is no expert: ${decision.rule}` };
  if (decision.to === 'curated' && !curated) return { rule: BUILTIN_RULES.noCurated, to: 'human', reason: `no curated answer: ${decision.rule}` };
  return decision;
}

/**
 * Performs a decision: passes the request on to a tier, or ends it with a fixed text. A request that was passed on
 * `MAX_HOPS` times, or that a tier would pass to itself, goes to a person under the rule `builtin.hops`. Where nothing may
 * leave the site, or the money for the expert cannot be held, there is no expert to pass it on to: the rules of
 * `expert_unavailable` decide at once.
 * Repeating it is harmless, as `forward` and `reply` are.
 */
export async function carryOut(decision: RouteDecision, input: CarryOutInput): Promise<void> {
  const settled = settle(decision, input);
  const { context, site, language, text, turns, passages, wishes = [] } = input;
  const trail: Partial<Trail> = { ...input.trail, rules: [...(input.trail?.rules ?? []), ...(settled === decision ? [] : [decision.rule]), settled.rule] };
  context.record('routed', {
    rule: settled.rule,
    to: settled.to,
    moment: input.moment,
    ...(settled === decision ? {} : { insteadOf: decision.rule }),
    ...(settled.flow === undefined ? {} : { flow: settled.flow }),
    ...(settled.reason === undefined ? {} : { reason: settled.reason }),
    ...(input.facts === undefined ? {} : { facts: input.facts }),
  });

  const reply = async (outcome: Outcome, tier: AnswerTier, words: Text, answered?: Answered): Promise<void> => {
    // A person starts afresh: a flow left open would catch the customer's first message after the hand-back.
    const conversation = outcome === 'handed_over' ? { language, flow: null, ...handOverOf(settled, input) } : { language };
    const further = answered && wishes.length > 0 ? wordsForFurther(furtherWishes(wishes, answered), site.settings.texts, language) : [];
    const error = outcome === 'handed_over' && input.error ? { error: input.error } : {};
    const first = await context.reply({ outcome, tier, text: [words[language], ...further].join('\n\n'), ...error, trail, conversation });
    // Whoever takes over reads in the record what is wanted.
    if (first) context.record(outcome, { rule: settled.rule, tier, ...(outcome === 'handed_over' && wishes.length > 0 ? { intents: wishes.map(({ label }) => label) } : {}) });
  };

  switch (settled.to) {
    case 'worker': {
      const flow = flowToRun(settled, input);
      await context.forward(AnswerJob, {
        body: { mode: flow === undefined ? 'model' : 'flow', ...(flow === undefined || flow === 'continue' ? {} : { flow, ...furtherOf(wishes, flow) }), replyLanguage: language, slotNames: Object.keys(input.slots ?? {}) },
        private: { text, slots: input.slots ?? {}, turns: [...turns], ...(passages === undefined ? {} : { passages: [...passages] }) },
        trail,
      });
      return;
    }
    case 'retrieval':
      await context.forward(RetrieveJob, { body: { collection: input.collection, replyLanguage: language }, private: { text, turns: [...turns] }, trail });
      return;
    case 'expert':
      if (input.facts?.egress === 'blocked') return goWithoutExpert({ ...input, trail }, 'egress_blocked', 'EGRESS_BLOCKED');
      return consult({ ...input, trail });
    case 'curated':
      if (input.curated) await reply('answered', 'curated', input.curated.answer, { label: input.curated.id });
      return;
    case 'say':
      await reply('answered', 'none', settled.text ?? site.settings.texts.unknown, { label: input.trail?.intent?.label ?? '' });
      return;
    case 'refuse':
      await reply('refused', 'none', settled.text ?? site.settings.texts.refused);
      return;
    case 'human':
      await reply('handed_over', 'none', settled.text ?? site.settings.texts.handedOver);
  }
}

/** Passes a message on to the expert with the money for it held; where there is none, its job is never in the queue. */
async function consult(input: CarryOutInput): Promise<void> {
  const { context, job: { envelope }, language, text, turns, passages = [], trail } = input;
  const { earlier } = await context.conversation();
  const { intent, intents } = mergeTrail(envelope.trail, trail);
  const hold = input.holdOf({ tenant: envelope.tenant, language, text, turns, passages, earlier, intent, intents });
  const { granted, leftUsd } = await context.forwardHeld(ConsultJob, { body: { replyLanguage: language }, private: { text, turns: [...turns], ...(input.passages === undefined ? {} : { passages: [...passages] }) }, trail, hold });
  if (!granted) await goWithoutExpert(input, 'budget_exhausted', 'BUDGET_EXHAUSTED', { budgetLeftUsd: leftUsd });
}

/** What the expert would do with a message that it may not, or cannot be paid to answer, without passing it on. */
async function goWithoutExpert(input: CarryOutInput, reason: string, code: ErrorCode, known: Partial<RuleFacts> = {}): Promise<void> {
  const { context, job: { envelope }, site: { rules }, trail } = input;
  const moment = 'expert_unavailable';
  context.record('escalated', { moment, reason });
  const facts = input.facts ?? factsFromTrail(mergeTrail(envelope.trail, trail), envelope);
  const without = { ...facts, ...known, available: { ...facts.available, expert: false } };
  // Where the site says nothing of it, the client hears why.
  const error = rules.some(({ on }) => on === moment) ? {} : { error: { code, title: errorEntry(code).title } };
  const decision = chooseRoute(rules, moment, without);
  context.decided({ rule: decision.rule, to: decision.to, intent: facts.intent ?? 'none', confidence: facts.confidence });
  await carryOut(decision, { ...input, passedOnFor: reason, moment, facts: without, ...error });
}

/** What this tier knows for the person who takes over; the transport adds the rest, and keeps it sealed. */
function handOverOf({ reason }: RouteDecision, { wishes = [], slots, passedOnFor }: CarryOutInput): { handOver?: Partial<HandOver> } {
  const why = passedOnFor ?? reason;
  const handOver = {
    ...(wishes.length === 0 ? {} : { intents: wishes.map(({ label }) => label) }),
    ...(why === undefined ? {} : { reason: why }),
    ...(slots === undefined ? {} : { slots }),
  };
  return Object.keys(handOver).length === 0 ? {} : { handOver };
}

/** For a flow that starts: what its first words say to the rest of the message. */
function furtherOf(wishes: readonly Wish[], flow: string): { further?: { answers: string[]; others: boolean } } {
  if (wishes.length === 0) return {};
  const { answers, others } = furtherWishes(wishes, { flow });
  return answers.length === 0 && !others ? {} : { further: { answers: answers.map(({ id }) => id), others } };
}

/**
 * The flow that the worker runs: the rule's, else the intent's own; `continue` is the open one; undefined: the local
 * model answers. After the first tier the intent's flow has had its turn, so only a rule can name one then.
 */
function flowToRun(decision: RouteDecision, { site, job: { envelope }, moment, trail, facts }: CarryOutInput): string | undefined {
  if (decision.flow !== undefined) return decision.flow;
  if (envelope.kind !== DispatchJob.kind || moment !== 'message') return undefined;
  // A curated answer's id may be the label of an intent, so the facts are asked first: they know which of them won.
  if (facts) return facts.flow ?? undefined;
  const label = trail?.intent?.label ?? envelope.trail.intent?.label;
  return site.intents.find((intent) => intent.label === label)?.flow;
}
