import type { JobContext, ReplyLanguage, Trail } from '@switchyard/contracts';
import type { RouteDecision, RuleFacts } from '@switchyard/routing';
import type { GivenAnswer } from './look-up.js';

/** Replies with an answer that is there already. The record names the rule that would have had it made, and the request that it was made for. */
export async function giveAgain({ tier, text, citations, facts: kept }: GivenAnswer, { context, decision, facts, trail, language }: { readonly context: JobContext; readonly decision: RouteDecision; readonly facts: RuleFacts; readonly trail: Partial<Trail>; readonly language: ReplyLanguage }): Promise<void> {
  const { rule, to } = decision;
  context.record('routed', { rule, to, moment: 'message', facts });
  context.record('recalled', { tier, ...kept });
  const first = await context.reply({
    outcome: 'answered',
    tier,
    text,
    citations,
    trail: { ...trail, rules: [rule] },
    conversation: { language },
  });
  if (first) context.record('answered', { tier, documentIds: [...new Set(citations.map(({ documentId }) => documentId))] });
}
