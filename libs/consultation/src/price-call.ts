import type { ChatMessage } from '@switchyard/contracts';
import type { ExpertModel } from '@switchyard/site';

type Price = Pick<ExpertModel['price'], 'inputPerMillionUsd' | 'outputPerMillionUsd'>;

/** Tokens that a provider puts around each message. */
const TOKENS_PER_MESSAGE = 16;

/** In USD. What a provider gives off for cached input is not taken off: the site names one price for input. */
export function costOf(price: Price, tokensIn: number, tokensOut: number): number {
  return (tokensIn * price.inputPerMillionUsd + tokensOut * price.outputPerMillionUsd) / 1_000_000;
}

/** No tokeniser in use makes more tokens of a text than it has bytes. */
export function mostTokensOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The most that the input of a call can be, in tokens. */
export function mostTokensIn(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + mostTokensOf(content) + TOKENS_PER_MESSAGE, TOKENS_PER_MESSAGE);
}

/** The most that a call can cost, in USD. */
export function mostCostOf(price: Price, messages: readonly ChatMessage[], maxOutputTokens: number): number {
  return costOf(price, mostTokensIn(messages), maxOutputTokens);
}
