import { z } from 'zod';
import { Name, Text } from './common.js';
import { KnowledgeSettings } from './knowledge-settings.js';
import { AnswerPricesDefinition, answerPricesInUsd, BudgetDefinition, budgetInUsd, ExchangeRates, perUsdOf, PriceDefinition, priceInUsd, type ModelPrice, type TenantBudget } from './money.js';
import { People } from './people.js';
import { PersonalDataRules } from './personal-data-rules.js';
import { WorkerModel } from './worker-model.js';

export const Scope = z.enum(['ask', 'knowledge', 'operate']);
export type Scope = z.infer<typeof Scope>;

/** An API key, by its hash only: `sha256:` and 64 hex digits. */
const Key = z.strictObject({
  id: Name,
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hex digits'),
  scopes: z.array(Scope).min(1),
});

const Tenant = z.strictObject({
  id: Name,
  title: z.string().optional(),
  keys: z.array(Key).min(1),
  /** Knowledge collection that its questions are answered from. */
  collection: Name.default('site'),
  /** Accepted requests per minute, over all gateway instances; absent: no limit. */
  requestsPerMinute: z.int().positive().optional(),
  /** Its share of a tier that has more to do than it can, against 1 of the others. */
  weight: z.number().min(0.01).max(100).optional(),
  /** Bytes of its open requests, over all gateway instances; absent: 32 MiB. */
  maxOpenBytes: z.int().min(64 * 1024).optional(),
  /** Answers that are given again to whoever asks the same; absent: each is made anew. */
  cache: z.strictObject({
    ttlMinutes: z.number().positive().max(7 * 24 * 60).default(60),
    /** Of all answers that are kept for the tenant; the oldest give way. */
    maxBytes: z.int().min(64 * 1024).max(256 * 1024 * 1024).default(4 * 1024 * 1024),
  }).optional(),
  /** Answers of the expert that people decide on; approved ones are given to whoever asks the same. Absent: none are offered. */
  reviews: z.strictObject({
    /** How long an answer waits for a decision, and a rejection holds. */
    pendingDays: z.number().positive().max(365).default(14),
    /** How long an approved one is given; `yard reviews export` makes it part of the site. */
    approvedDays: z.number().positive().max(365).default(90),
    /** So many wait, the one that expires first gives way; and so many are approved. */
    most: z.int().min(1).max(10_000).default(500),
  }).optional(),
  /** What its requests may cost at cloud models. Absent: nothing may be spent. */
  budget: BudgetDefinition.optional(),
  /** Where it differs from the site's own `retention`. */
  retention: z.strictObject({ conversationHours: z.number().positive().max(720).optional() }).optional(),
  /** Where its people are told of what they take over; absent: only those are who ask. */
  people: People.optional(),
  /** What becomes of personal data before its messages go to a cloud; goes before the site's. */
  personalData: PersonalDataRules.optional(),
});
export type Tenant = Omit<z.infer<typeof Tenant>, 'budget'> & { readonly budget?: TenantBudget | undefined };

const ExpertModel = z.strictObject({
  provider: z.enum(['openai', 'deepseek', 'qwen', 'openai-compatible', 'anthropic']),
  model: z.string().min(1),
  /** Needed for `openai-compatible`; the others know their own. */
  baseUrl: z.url().optional(),
  /** Environment variable that holds the key; the provider's usual one where absent. */
  apiKeyEnv: z.string().regex(/^[A-Z][A-Z0-9_]*$/).optional(),
  maxOutputTokens: z.int().positive().default(1_024),
  /** Tools that it may have called for one message, refused and failed ones included; 0: none, and it is told of none. */
  maxToolCalls: z.int().min(0).max(10).default(3),
  price: PriceDefinition,
});
export type ExpertModel = Omit<z.infer<typeof ExpertModel>, 'price'> & { readonly price: ModelPrice };

/** A program that `yard up` starts beside the mesh, for a site that brings its own backend in development. */
const LocalService = z.strictObject({
  name: Name,
  /** Program and arguments; relative paths are resolved against the repository. */
  command: z.array(z.string()).min(1),
  /** Path that answers 200 when it is ready. */
  health: z.string().startsWith('/'),
  /** Environment variable that is given its base URL, here and in every tier. */
  urlEnv: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
});
export type LocalService = z.infer<typeof LocalService>;

const WrittenSite = z.strictObject({
  name: Name,
  title: Text,
  languages: z.array(z.enum(['zh', 'en'])).min(1),
  /** The language of replies where the message's own is neither. */
  defaultLanguage: z.enum(['zh', 'en']).default('en'),
  egress: z.enum(['allowed', 'blocked']),
  /** What becomes of personal data before a message goes to a cloud, by kind; absent: all of it is masked. */
  personalData: PersonalDataRules.optional(),
  tenants: z.array(Tenant).min(1),
  models: z.strictObject({
    worker: WorkerModel.optional(),
    /** Embedding model of the local server; absent: passages and intents are found by words only. */
    embedding: z.strictObject({ model: z.string().min(1) }).optional(),
    /** Cloud models, the first that has a key is used. */
    expert: z.array(ExpertModel).default([]),
  }).default({ expert: [] }),
  knowledge: KnowledgeSettings.default({ synonyms: [] }),
  intent: z.strictObject({
    /** Share of in-scope messages that may be taken for out of scope when the threshold is fitted. */
    inScopeLoss: z.number().min(0).max(0.5).default(0.05),
  }).default({ inScopeLoss: 0.05 }),
  /** What the router reckons with: `router.savesUsd` of a rule. */
  router: AnswerPricesDefinition.optional(),
  retention: z.strictObject({
    /** How long a request and its reply can be fetched. */
    requestHours: z.number().positive().max(168).default(24),
    /** How long a silent conversation keeps its state. */
    conversationHours: z.number().positive().max(720).default(24),
  }).default({ requestHours: 24, conversationHours: 24 }),
  conversations: z.strictObject({
    merge: z.strictObject({
      /** Messages that have to wait for one before them, and came within this time of one another, are answered together; 0: never. */
      windowMs: z.int().min(0).max(60_000).default(1_500),
      /** How long the first message of a silent conversation waits for more; every answer is as much later. */
      waitMs: z.int().min(0).max(10_000).default(0),
    }).default({ windowMs: 1_500, waitMs: 0 }),
    /** Whether a newer message ends a generation that is under way for an older one, which is then never answered. */
    supersede: z.enum(['never', 'generation']).default('never'),
  }).default({ merge: { windowMs: 1_500, waitMs: 0 }, supersede: 'never' }),
  deadline: z.strictObject({
    /** For a request that names none. */
    defaultMs: z.int().min(100).max(600_000).default(30_000),
    maxMs: z.int().min(100).max(3_600_000).default(300_000),
  }).default({ defaultMs: 30_000, maxMs: 300_000 }),
  /** What a customer reads when an answer is not possible. */
  texts: z.strictObject({
    refused: Text,
    handedOver: Text,
    unknown: Text,
    failed: Text,
    expired: Text,
    cancelled: Text,
    /** Said where a message asked for more than its reply answers. */
    further: Text.optional(),
  }),
  /** Needed for every currency but USD that a budget or a price is in. */
  exchangeRates: ExchangeRates.default({}),
  localServices: z.array(LocalService).default([]),
});

/** `site.yaml`, with its money in dollars. */
export const SiteFile = WrittenSite.transform(({ tenants, models, router, exchangeRates, ...rest }, context) => {
  const perUsd = (currency: string, path: (string | number)[]): number => {
    const known = perUsdOf(currency, exchangeRates);
    if (known === undefined) context.addIssue({ code: 'custom', path, message: `is in ${currency}, of which exchangeRates holds no rate` });
    return known ?? 1;
  };
  return {
    ...rest,
    ...(router ? { router: answerPricesInUsd(router, perUsd(router.currency, ['router', 'currency'])) } : {}),
    tenants: tenants.map(({ budget, ...tenant }, at): Tenant => (budget ? { ...tenant, budget: budgetInUsd(budget, perUsd(budget.currency, ['tenants', at, 'budget', 'currency'])) } : tenant)),
    models: { ...models, expert: models.expert.map(({ price, ...model }, at): ExpertModel => ({ ...model, price: priceInUsd(price, perUsd(price.currency, ['models', 'expert', at, 'price', 'currency'])) })) },
  };
});
export type SiteFile = z.infer<typeof SiteFile>;
