import type { ChatRequest } from '@switchyard/contracts';
import type { ExpertModel } from '@switchyard/site';

type Price = Pick<ExpertModel['price'], 'inputPerMillionUsd' | 'outputPerMillionUsd'>;

/** Tokens that a provider puts around each message. */
const TOKENS_PER_MESSAGE = 16;
/** Tokens that a provider tells its model about tools at all with, and puts around each. */
const TOKENS_FOR_TOOLS = 1_000;
const TOKENS_PER_TOOL = 64;

/** In USD. What a provider gives off for cached input is not taken off: the site names one price for input. */
export function costOf(price: Price, tokensIn: number, tokensOut: number): number {
  return (tokensIn * price.inputPerMillionUsd + tokensOut * price.outputPerMillionUsd) / 1_000_000;
}

/** No tokeniser in use makes more tokens of a text than it has bytes. */
export function mostTokensOf(text: string): number {
  return Buffer.byteLength(text);
}

export type SentRequest = Pick<ChatRequest, 'messages' | 'tools'>;

/** Of the tool calls that a message holds, or answers. */
function callsOf(message: ChatRequest['messages'][number]): number {
  if (message.role === 'tool') return mostTokensOf(message.toolCallId);
  return message.role !== 'assistant' || message.toolCalls === undefined ? 0 : mostTokensOf(JSON.stringify(message.toolCalls)) + message.toolCalls.length * TOKENS_PER_TOOL + mostTokensOf(message.thoughts ?? '');
}

/** The most that the input of a call can be, in tokens. */
export function mostTokensIn({ messages, tools = [] }: SentRequest): number {
  const said = messages.reduce((sum, message) => sum + mostTokensOf(message.content) + callsOf(message) + TOKENS_PER_MESSAGE, TOKENS_PER_MESSAGE);
  return said + (tools.length === 0 ? 0 : TOKENS_FOR_TOOLS + tools.reduce((sum, tool) => sum + mostTokensOf(JSON.stringify(tool)) + TOKENS_PER_TOOL, 0));
}

/** The most that a call can cost, in USD. */
export function mostCostOf(price: Price, request: SentRequest, maxOutputTokens: number): number {
  return costOf(price, mostTokensIn(request), maxOutputTokens);
}
