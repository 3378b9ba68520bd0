import type { JobContext, ReplyLanguage, Trail } from '@switchyard/contracts';
import type { KeptAnswer } from '@switchyard/queue';
import type { RouteDecision, RuleFacts } from '@switchyard/routing';

/** Replies with an answer that was given before. The record names the rule that would have had it made, and the request that it was made for. */
export async function giveAgain(kept: KeptAnswer, { context, decision, facts, trail, language }: { readonly context: JobContext; readonly decision: RouteDecision; readonly facts: RuleFacts; readonly trail: Partial<Trail>; readonly language: ReplyLanguage }): Promise<void> {
  const { rule, to } = decision;
  context.record('routed', { rule, to, moment: 'message', facts });
  context.record('recalled', { keptFrom: kept.requestId, ageMs: Math.max(0, context.now() - kept.keptAt) });
  const first = await context.reply({
    outcome: 'answered',
    tier: 'cache',
    text: kept.text,
    citations: kept.citations,
    trail: { ...trail, rules: [rule] },
    conversation: { language },
  });
  if (first) context.record('answered', { tier: 'cache', documentIds: [...new Set(kept.citations.map(({ documentId }) => documentId))] });
}
