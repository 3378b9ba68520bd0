import { z } from 'zod';
import { ReplyLanguage } from './language.js';
import { Slots, Turn } from './turn.js';

/** A flow that waits for the customer. Versioned with the site, because `at` counts the steps of that version. */
export const FlowState = z.looseObject({
  flow: z.string(),
  siteVersion: z.string(),
  /** The instruction that the flow goes on with. */
  at: z.int().nonnegative(),
  slots: Slots,
  /** What tools returned, by the name they were saved under. */
  results: z.record(z.string(), z.unknown()),
  /** What was asked last: `slot:<name>` or `confirm`. */
  expects: z.string(),
  /** How often it was asked without a usable reply. */
  tries: z.int().nonnegative(),
});
export type FlowState = z.infer<typeof FlowState>;

/** What is left of a customer's turn that is too old to be kept: labels, and keywords without personal data that was found. */
export const EarlierAsk = z.looseObject({ intents: z.array(z.string()), keywords: z.array(z.string()) });
export type EarlierAsk = z.infer<typeof EarlierAsk>;

/** What a person who takes over should know: made when the mesh hands over, gone with its next answer. Customer text. */
export const HandOver = z.looseObject({
  /** Labels of what the message asks for, where they are known. */
  intents: z.array(z.string()),
  /** Its keywords, the most telling first. */
  keywords: z.array(z.string()),
  /** The rule that handed over. Absent, as all that follows, where an earlier release made the note. */
  rule: z.string().optional(),
  /** Why, where more is known than the rule: a name, or the code of an error. */
  reason: z.string().optional(),
  /** The flow that was open, and what it had been told so far. */
  flow: z.string().optional(),
  slots: Slots.optional(),
  /** What was asked before the turns that are kept, oldest first. */
  earlier: z.array(EarlierAsk).optional(),
});
export type HandOver = z.infer<typeof HandOver>;

/** How many turns of a conversation are kept. */
export const KEPT_TURNS = 12;
/** Of how many turns before those it is kept what they asked for. */
export const KEPT_EARLIER = 12;

/** What the mesh remembers of a conversation; kept sealed in Redis, for the site's retention. */
export const ConversationState = z.looseObject({
  /** The language of the last reply, for messages that have none of their own ("12345"). */
  language: ReplyLanguage.optional(),
  turns: z.array(Turn),
  /** The running summary of what came before `turns`, oldest first. */
  earlier: z.array(EarlierAsk).optional(),
  flow: FlowState.optional(),
  handOver: HandOver.optional(),
});
export type ConversationState = z.infer<typeof ConversationState>;
