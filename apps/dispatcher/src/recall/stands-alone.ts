import { askKey, canonicalAsk, followUpQuestion } from '@switchyard/knowledge';
import type { Turn } from '@switchyard/contracts';
import type { RouteDecision, RuleFacts } from '@switchyard/routing';

/** More of a suspicion than this, and an answer to the message is nobody else's. */
const MAX_INJECTION = 0.3;

/**
 * The question in its canonical form, where its answer would be the same for everybody who asks it; else undefined. It
 * may lean on nothing that was said before, hold nothing personal, and its route must end in an answer that no flow, no
 * tool and no open conversation has a part in.
 */
export function askOfEverybody({ text, facts, decision, turns }: { readonly text: string; readonly facts: RuleFacts; readonly decision: RouteDecision; readonly turns: readonly Turn[] }): string | undefined {
  const isAnsweredAfresh = decision.to === 'retrieval' || decision.to === 'expert' || (decision.to === 'worker' && decision.flow === undefined && facts.flow === null);
  if (!isAnsweredAfresh || facts.open.flow !== null || facts.intents.length > 1) return undefined;
  if (facts.pii.length > 0 || facts.slots.length > 0 || facts.screening.action !== 'none' || facts.injection >= MAX_INJECTION) return undefined;
  const ask = canonicalAsk(text);
  if (!ask || ask.leans || followUpQuestion(text, turns) !== text) return undefined;
  return askKey(ask);
}
