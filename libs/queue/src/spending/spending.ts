import type { RedisConnection } from '../connect/open-redis.js';
import { KEY_PREFIX, queueBase } from '../redis-keys.js';

/** What a tenant may spend at cloud models on a UTC day, in USD, and what one of its conversations may. */
export interface SpendingCaps {
  readonly perDayUsd: number;
  /** Absent: as much as the tenant. */
  readonly perConversationUsd?: number | undefined;
}

/** A tenant without a budget may spend nothing. */
export const NO_BUDGET: SpendingCaps = { perDayUsd: 0 };

const DAY_MS = 86_400_000;

/** The UTC day of a moment, `yyyy-mm-dd`. */
export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);
/** The day before that of a moment: a hold of last night may still stand there. */
export const dayBefore = (nowMs: number): string => dayOf(nowMs - DAY_MS);

/**
 * What a tenant has spent on a day, holds included: USD, as a decimal. In the slot of the expert's queue, so that money is held
 * in the step that adds the job.
 */
export const spendKey = (tenant: string, day: string): string => `${queueBase('expert')}spend:${tenant}:${day}`;
/** Request -> `<amount> <q or c> <conversation>`: what is held for it, in the queue or for a call. */
export const holdsKey = (tenant: string, day: string): string => `${spendKey(tenant, day)}:holds`;
/** Request -> when its hold is given back in any case. */
export const holdEndsKey = (tenant: string, day: string): string => `${spendKey(tenant, day)}:ends`;
/** Conversation -> what it has spent that day, holds included; only of tenants with a cap on it. */
export const conversationSpendKey = (tenant: string, day: string): string => `${spendKey(tenant, day)}:conversations`;

/** Where releases before holds were made with the enqueue counted a day: what is spent, and by which conversation. */
export const formerSpendKeys = (tenant: string, day: string): [spent: string, conversations: string] => [`${KEY_PREFIX}:spend:${tenant}:${day}`, `{${KEY_PREFIX}:spend:${tenant}:${day}}:conversations`];

/** What may still be spent, of the tenant or of the conversation, whichever is less; never below 0. */
export function leftOf({ perDayUsd, perConversationUsd }: SpendingCaps, spentUsd: number, ofConversationUsd: number): number {
  return Math.max(0, Math.min(perDayUsd - spentUsd, (perConversationUsd ?? Infinity) - ofConversationUsd));
}

/** What may still be spent today, of the tenant or of the conversation, whichever is less; in USD. 0 where the tenant has no budget, without asking Redis. */
export async function readBudgetLeft(redis: RedisConnection, tenant: { readonly id: string; readonly budget?: SpendingCaps | undefined } | undefined, nowMs: number, conversationId?: string): Promise<number> {
  const caps = tenant?.budget ?? NO_BUDGET;
  if (!tenant || caps.perDayUsd === 0) return 0;
  const day = dayOf(nowMs);
  const hasOwnCap = caps.perConversationUsd !== undefined && conversationId !== undefined;
  const [spent, ofConversation] = await Promise.all([redis.get(spendKey(tenant.id, day)), hasOwnCap ? redis.hget(conversationSpendKey(tenant.id, day), conversationId) : null]);
  return leftOf(hasOwnCap ? caps : { perDayUsd: caps.perDayUsd }, Number(spent ?? 0), Number(ofConversation ?? 0));
}
