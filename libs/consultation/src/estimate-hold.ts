import type { ChatMessage, ChatTool, HoldEstimate } from '@switchyard/contracts';
import { earlierForPrompt, mostOfTurns } from '@switchyard/dialogue';
import { mostBytesOfMaterial, mostGrowth } from '@switchyard/guardrail';
import type { Consultation } from '@switchyard/routing';
import type { Site } from '@switchyard/site';
import { ordersFor } from './build-prompt.js';
import { describeTools, lookUpToolsFor, withToolWords } from './look-up-tools.js';
import { mostCostOf, type SentRequest } from './price-call.js';

const ofBytes = (bytes: number): string => 'x'.repeat(bytes);

/**
 * Messages that are as long as those that the expert will send can be, in bytes: with placeholders in the place of whatever is
 * personal, with what looks like an instruction marked, and with whichever turns are left when some are kept back.
 */
export function mostMessages(site: Pick<Site, 'settings' | 'prompts'>, { language, text, turns, passages, intents, earlier }: Consultation): ChatMessage[] {
  const asked = ofBytes(Buffer.byteLength(text) + mostGrowth(text));
  const orders = ordersFor(site, language, { text: asked, sources: ofBytes(mostBytesOfMaterial(passages)) }, intents, earlierForPrompt(turns, earlier));
  const before = mostOfTurns(turns, mostGrowth);
  return [
    { role: 'system', content: orders },
    ...Array.from({ length: before.count }, (_, at): ChatMessage => ({ role: 'user', content: at === 0 ? ofBytes(before.bytes) : '' })),
    { role: 'user', content: asked },
  ];
}

/** What the first call can hold at most: with the tools that the message's intents allow, where the model may ask for any. */
function mostOfFirstCall(messages: readonly ChatMessage[], tools: readonly ChatTool[], maxToolCalls: number): SentRequest {
  return tools.length === 0 || maxToolCalls === 0 ? { messages } : { messages: withToolWords(messages), tools };
}

/**
 * What the first call of a consultation can cost, in USD: at the dearest of the site's expert models, and at the cheapest. Whoever
 * passes a request on does not know which of them have a key. Nothing where the site has none: then none is asked. What a model
 * looks up makes further calls; money for each is held before it, and for none of them here.
 */
export function estimateHold(site: Pick<Site, 'settings' | 'prompts' | 'tools'>, consultation: Consultation): HoldEstimate {
  const messages = mostMessages(site, consultation);
  const tools = describeTools(lookUpToolsFor(site, { tenant: consultation.tenant, trail: consultation }), consultation.language);
  const costs = site.settings.models.expert.map(({ price, maxOutputTokens, maxToolCalls }) => mostCostOf(price, mostOfFirstCall(messages, tools, maxToolCalls), maxOutputTokens));
  return costs.length === 0 ? { mostUsd: 0, leastUsd: 0 } : { mostUsd: Math.max(...costs), leastUsd: Math.min(...costs) };
}
