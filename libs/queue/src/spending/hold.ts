import type { Envelope, HoldEstimate, HoldVerdict } from '@switchyard/contracts';
import { dayBefore, dayOf, leftOf, spendKey, type SpendingCaps } from './spending.js';

/** A hold outlives its request's deadline by this much, so that it is never given back while a call runs. */
export const HOLD_MARGIN_MS = 30_000;

/** Money that is to be held for a request, in USD. Times are by Redis' clock. */
export interface Hold {
  readonly tenant: string;
  readonly requestId: string;
  readonly conversationId: string;
  /** Held where the caps leave room for it… */
  readonly mostUsd: number;
  /** …else this, where they leave room for that. */
  readonly leastUsd: number;
  readonly caps: SpendingCaps;
  readonly nowMs: number;
  /** When it is given back, if nobody has settled it before. */
  readonly heldUntilMs: number;
}

export interface Held {
  readonly granted: boolean;
  /** Whose cap was in the way where it was not granted. */
  readonly exceeded?: 'day' | 'conversation';
  /** What is held; where nothing is, the least that would have been. */
  readonly amountUsd: number;
  /** Spent and held that day, this hold included where it was granted. */
  readonly spentUsd: number;
  /** The same, of the conversation; 0 where conversations have no cap. */
  readonly ofConversationUsd: number;
}

/** The key that it is held under. */
export const spendKeyOf = ({ tenant, nowMs }: Pick<Hold, 'tenant' | 'nowMs'>): string => spendKey(tenant, dayOf(nowMs));

const exact = (usd: number): string => usd.toFixed(12);

/** The ten values that the scripts read of a hold. */
export function valuesOfHold(hold: Hold): (string | number)[] {
  const { tenant, requestId, conversationId, mostUsd, leastUsd, caps, nowMs, heldUntilMs } = hold;
  const conversation = caps.perConversationUsd === undefined ? '' : conversationId;
  return [spendKeyOf(hold), spendKey(tenant, dayBefore(nowMs)), requestId, exact(mostUsd), exact(leastUsd), exact(caps.perDayUsd), conversation, exact(caps.perConversationUsd ?? 0), Math.floor(nowMs), Math.ceil(heldUntilMs)];
}

/** What a script says of a hold. */
export function readHeld(answer: unknown): Held {
  const [granted, amount, spent, ofConversation, exceeded] = answer as [number, string, string, string, 'day' | 'conversation' | ''];
  return { granted: granted === 1, ...(exceeded === '' ? {} : { exceeded }), amountUsd: Number(amount), spentUsd: Number(spent), ofConversationUsd: Number(ofConversation) };
}

/** The hold for a job that waits for its turn, until nobody waits for its request any more. */
export function holdFor({ requestId, tenant, conversationId, deadlineAt }: Envelope, estimate: HoldEstimate, caps: SpendingCaps, nowMs: number): Hold {
  return { tenant, requestId, conversationId, mostUsd: estimate.mostUsd, leastUsd: estimate.leastUsd, caps, nowMs, heldUntilMs: deadlineAt + HOLD_MARGIN_MS };
}

/** What a handler is told of it. */
export function verdictOf({ granted, exceeded, spentUsd, ofConversationUsd }: Held, caps: SpendingCaps): HoldVerdict {
  return { granted, ...(exceeded === undefined ? {} : { exceeded }), leftUsd: leftOf(caps, spentUsd, ofConversationUsd) };
}

/** What is recorded of it, as `budget_reserved`. */
export function factsOfHold({ granted, exceeded, amountUsd, spentUsd, ofConversationUsd }: Held, caps: SpendingCaps): Record<string, unknown> {
  const { perDayUsd: capUsd, perConversationUsd: conversationCapUsd } = caps;
  return { granted, ...(exceeded ? { exceeded } : {}), amountUsd, capUsd, ...(conversationCapUsd === undefined ? {} : { conversationCapUsd }), spentUsd, leftUsd: leftOf(caps, spentUsd, ofConversationUsd) };
}
