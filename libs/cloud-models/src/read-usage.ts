import type { LanguageModelUsage } from 'ai';
import type { ChatCompletion } from '@switchyard/contracts';

const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0);

/** Tokens in one shape for every provider. Input holds what was cached, output what was thought. */
export function readUsage(usage: LanguageModelUsage): Pick<ChatCompletion, 'tokensIn' | 'tokensOut' | 'tokensCached' | 'rawUsage'> {
  return {
    tokensIn: count(usage.inputTokens),
    tokensOut: count(usage.outputTokens),
    // DeepSeek has a field of its own for it.
    tokensCached: count(usage.inputTokenDetails.cacheReadTokens) || count(usage.raw?.['prompt_cache_hit_tokens']),
    rawUsage: usage.raw ?? null,
  };
}
