import { z } from 'zod';

const CODE = /^[A-Z]{3}$/;
const Currency = z.string().regex(CODE, 'must be a currency code of ISO 4217, such as CNY').default('USD');

/** Units of a currency for a dollar, as of a date, by currency code. */
export const ExchangeRates = z.record(z.string().regex(CODE, 'must be a currency code of ISO 4217, such as CNY'), z.strictObject({ perUsd: z.number().positive(), asOf: z.iso.date() }));
export type ExchangeRates = z.infer<typeof ExchangeRates>;

/** What a tenant's requests may cost at cloud models on a UTC day, and those of one conversation, in a currency. */
export const BudgetDefinition = z.strictObject({ currency: Currency, perDay: z.number().nonnegative(), perConversation: z.number().nonnegative().optional() });

/** Price of a cloud model for a million tokens, as of a date; a model without one is never called. */
export const PriceDefinition = z.strictObject({ currency: Currency, inputPerMillion: z.number().nonnegative(), outputPerMillion: z.number().nonnegative(), asOf: z.iso.date() });

/** What answers cost a site, each: a wrong one, whoever gave it, one of the expert, and one of the local model. */
export const AnswerPricesDefinition = z.strictObject({ currency: Currency, wrongAnswer: z.number().positive(), expertAnswer: z.number().nonnegative(), localAnswer: z.number().nonnegative().default(0) });

/** The same as the router reckons with it. */
export interface AnswerPrices {
  readonly wrongAnswerUsd: number;
  readonly expertAnswerUsd: number;
  readonly localAnswerUsd: number;
}

/** A budget as the mesh reckons with it: in dollars, whatever it was given in. */
export interface TenantBudget {
  readonly currency: string;
  /** Units of the currency for a dollar. */
  readonly perUsd: number;
  readonly perDayUsd: number;
  /** Of one conversation on one day. Absent: as much as the tenant. */
  readonly perConversationUsd?: number;
}

/** A price as the mesh reckons with it. */
export interface ModelPrice {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  /** ISO date. */
  readonly asOf: string;
}

/** Undefined where the site has no rate for the currency. */
export const perUsdOf = (currency: string, rates: ExchangeRates): number | undefined => (currency === 'USD' ? 1 : rates[currency]?.perUsd);

export function budgetInUsd({ currency, perDay, perConversation }: z.infer<typeof BudgetDefinition>, perUsd: number): TenantBudget {
  return { currency, perUsd, perDayUsd: perDay / perUsd, ...(perConversation === undefined ? {} : { perConversationUsd: perConversation / perUsd }) };
}

export function priceInUsd({ inputPerMillion, outputPerMillion, asOf }: z.infer<typeof PriceDefinition>, perUsd: number): ModelPrice {
  return { inputPerMillionUsd: inputPerMillion / perUsd, outputPerMillionUsd: outputPerMillion / perUsd, asOf };
}

export function answerPricesInUsd({ wrongAnswer, expertAnswer, localAnswer }: z.infer<typeof AnswerPricesDefinition>, perUsd: number): AnswerPrices {
  return { wrongAnswerUsd: wrongAnswer / perUsd, expertAnswerUsd: expertAnswer / perUsd, localAnswerUsd: localAnswer / perUsd };
}
