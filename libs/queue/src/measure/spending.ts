import type { RedisConnection } from '../connect/open-redis.js';
import { KEY_PREFIX } from '../redis-keys.js';

/** What a tenant may spend at cloud models on a UTC day, in USD, and what one of its conversations may. */
export interface SpendingCaps {
  readonly perDayUsd: number;
  /** Absent: as much as the tenant. */
  readonly perConversationUsd?: number | undefined;
}

/** The UTC day of a moment, `yyyy-mm-dd`. */
export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);
/** What a tenant has spent on a day, holds included: USD, as a decimal. The expert tier writes it. */
export const spendKey = (tenant: string, day: string): string => `${KEY_PREFIX}:spend:${tenant}:${day}`;
/** Conversation -> what it has spent that day, holds included; only of tenants with a cap on it. The braces put it into the slot of the spend key, which has none. */
export const conversationSpendKey = (tenant: string, day: string): string => `{${spendKey(tenant, day)}}:conversations`;

/** What may still be spent today, of the tenant or of the conversation, whichever is less; in USD. 0 where the tenant has no budget, without asking Redis. */
export async function readBudgetLeft(redis: RedisConnection, tenant: { readonly id: string; readonly budget?: SpendingCaps | undefined } | undefined, nowMs: number, conversationId?: string): Promise<number> {
  const { perDayUsd = 0, perConversationUsd } = tenant?.budget ?? {};
  if (!tenant || perDayUsd === 0) return 0;
  const day = dayOf(nowMs);
  const hasOwnCap = perConversationUsd !== undefined && conversationId !== undefined;
  const [spent, ofConversation] = await Promise.all([redis.get(spendKey(tenant.id, day)), hasOwnCap ? redis.hget(conversationSpendKey(tenant.id, day), conversationId) : null]);
  const left = perDayUsd - Number(spent ?? 0);
  return Math.max(0, hasOwnCap ? Math.min(left, perConversationUsd - Number(ofConversation ?? 0)) : left);
}
