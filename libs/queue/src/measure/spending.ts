import type { RedisConnection } from '../connect/open-redis.js';
import { KEY_PREFIX } from '../redis-keys.js';

/** The key that a tenant's spending of a UTC day is counted in, in USD; the expert tier writes it. */
export function spendKey(tenant: string, nowMs: number): string {
  return `${KEY_PREFIX}:spend:${tenant}:${new Date(nowMs).toISOString().slice(0, 10)}`;
}

/** What a tenant may still spend today, in USD; 0 where it has no budget, without asking Redis. */
export async function readBudgetLeft(redis: RedisConnection, tenant: { readonly id: string; readonly budget?: { readonly perDayUsd: number } | undefined } | undefined, nowMs: number): Promise<number> {
  const perDayUsd = tenant?.budget?.perDayUsd ?? 0;
  if (!tenant || perDayUsd === 0) return 0;
  const spent = Number((await redis.get(spendKey(tenant.id, nowMs))) ?? 0);
  return Math.max(0, perDayUsd - spent);
}
