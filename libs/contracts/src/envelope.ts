import { z } from 'zod';
import { Language } from './language.js';
import { IntentFinding, ModelUse } from './receipt.js';
import { Sealed } from './sealed.js';

/** The version that this release writes. Consumers read this one; what is newer ends with JOB_VERSION_UNKNOWN. */
export const ENVELOPE_VERSION = 1;

/** Work classes, most urgent first. */
export const Lane = z.enum(['interactive', 'normal', 'bulk']);
export type Lane = z.infer<typeof Lane>;

export const TaskType = z.enum(['action', 'structured', 'knowledge', 'creative', 'small_talk', 'complaint', 'unknown']);
export type TaskType = z.infer<typeof TaskType>;

/** Where the answer of a request may be kept: a keyed fingerprint, and the state of the knowledge when it was looked up. */
export const CacheTicket = z.looseObject({ name: z.string(), knowledge: z.string() });
export type CacheTicket = z.infer<typeof CacheTicket>;

/** What the site's router expects of a message: see `expectOutcome` of the dispatcher. */
export const ExpectedOutcome = z.looseObject({
  /** Probabilities, 0 to 1, that an answer of the local model, and one of the expert, is right. */
  localRight: z.number(),
  expertRight: z.number(),
  /** `expertRight` less `localRight`. */
  gain: z.number(),
  /** What the expert is expected to save, in USD; null where the site names no prices. */
  savesUsd: z.number().nullable(),
});
export type ExpectedOutcome = z.infer<typeof ExpectedOutcome>;

/**
 * What the tiers learned so far: labels, names and numbers only, never words of the customer, because it
 * stands in clear in Redis. Loose, so that a tier of an older release forwards what it does not know.
 */
export const Trail = z.looseObject({
  language: Language.optional(),
  intent: IntentFinding.optional(),
  /** Labels of all that the message asks for, in its order; only where that is more than one thing. */
  intents: z.array(z.string()).optional(),
  task: TaskType.optional(),
  /** Only where the site has a router. */
  router: ExpectedOutcome.optional(),
  /** The rules that decided, in order; the last one names the receipt's `rule`. */
  rules: z.array(z.string()),
  redactions: z.record(z.string(), z.int().nonnegative()),
  models: z.array(ModelUse),
  leftSite: z.boolean(),
  timings: z.record(z.string(), z.number()),
  /** With what the answer may be kept for the next who asks; absent: it may not. */
  cache: CacheTicket.optional(),
  /** Under which id an answer of the expert may be offered for review, a keyed fingerprint; absent: it may not. */
  review: z.string().optional(),
});
export type Trail = z.infer<typeof Trail>;

export const emptyTrail = (): Trail => ({ rules: [], redactions: {}, models: [], leftSite: false, timings: {} });

/** What a job that spends may come to, in USD: an upper bound for the dearest model that may be asked, and for the cheapest. */
export const HoldEstimate = z.looseObject({ mostUsd: z.number().nonnegative(), leastUsd: z.number().nonnegative() });
export type HoldEstimate = z.infer<typeof HoldEstimate>;

/**
 * The envelope of one request, the data of every job. It travels from tier to tier; each adds to it what it
 * learned and forwards it as a new job with a derived id. Times are milliseconds since 1970 by Redis' clock.
 */
export const Envelope = z.looseObject({
  v: z.int().min(1),
  kind: z.string().min(1),
  requestId: z.string().min(1).max(64),
  tenant: z.string().min(1).max(64),
  conversationId: z.string().min(1).max(128),
  lane: Lane,
  acceptedAt: z.int().nonnegative(),
  deadlineAt: z.int().nonnegative(),
  /** The reply stream of the gateway instance that holds the client. */
  replyTo: z.string().min(1),
  /** W3C trace context. */
  traceparent: z.string().optional(),
  /** The language to answer in when the mesh itself must (expired, cancelled), guessed where the client named none. */
  language: z.string().optional(),
  siteVersion: z.string(),
  /** How many tiers have had the request; bounded, so that tiers cannot pass it back and forth for ever. */
  hop: z.int().nonnegative(),
  trail: Trail,
  /** Only of a job that spends: what is held for it, so that one that is tried again from the dead letters can be held for anew. */
  hold: HoldEstimate.optional(),
  /** The clear part of the job: ids, names, numbers. Parsed by the contract of `kind`. */
  body: z.looseObject({}),
  /** The private part of the job: whatever holds customer text. Parsed by the contract of `kind` once opened. */
  sealed: Sealed,
});
export type Envelope = z.infer<typeof Envelope>;

/** A request is passed on at most this often: dispatch, answer, and four escalations. */
export const MAX_HOPS = 6;
