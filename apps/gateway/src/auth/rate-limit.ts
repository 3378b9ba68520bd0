import { MeshError } from '@switchyard/errors';
import type { Tenant } from '@switchyard/site';

/** The one command that the limit needs of Redis. */
export interface ScriptRunner {
  eval(script: string, keyCount: number, ...parameters: (string | number)[]): Promise<unknown>;
}

const WINDOW_MS = 60_000;

/**
 * Counts one request into the tenant's window, which starts with its first request. What is over the limit is not counted,
 * so that a client that keeps knocking does not lock itself out. Redis' clock alone decides, so all gateways agree.
 */
const COUNT = `
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count >= tonumber(ARGV[1]) then return redis.call('PTTL', KEYS[1]) end
redis.call('INCR', KEYS[1])
if count == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return -1
`;

/**
 * Takes one request out of what the tenant may send per minute, over all gateway instances.
 * @throws MeshError RATE_LIMITED with the time until the window ends; QUEUE_UNAVAILABLE where Redis cannot be reached
 */
export async function takeFromQuota(redis: ScriptRunner, tenant: Pick<Tenant, 'id' | 'requestsPerMinute'>): Promise<void> {
  if (tenant.requestsPerMinute === undefined) return;
  let waitMs: number;
  try {
    waitMs = Number(await redis.eval(COUNT, 1, `switchyard:rate:{${tenant.id}}`, tenant.requestsPerMinute, WINDOW_MS));
  } catch (error) {
    throw new MeshError('QUEUE_UNAVAILABLE', 'the quota of the tenant cannot be read', { cause: error, retryAfterMs: 1_000 });
  }
  if (waitMs >= 0) throw new MeshError('RATE_LIMITED', `the tenant ${tenant.id} may send ${tenant.requestsPerMinute} requests a minute`, { retryAfterMs: Math.max(1, waitMs) });
}
