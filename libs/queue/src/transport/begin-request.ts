import type { Redis } from 'ioredis';
import { RedisScript } from '../connect/run-script.js';
import { requestKey } from '../redis-keys.js';

const begin = new RedisScript(`
local found = redis.call('HMGET', KEYS[1], 'state', 'outcome')
if found[1] == 'accepted' then redis.call('HSET', KEYS[1], 'state', 'working') end
return found[2]
`);

/**
 * Marks a request as in work.
 * @returns its outcome where it has one (cancelled, expired, or answered by an earlier run): nothing is left to do then.
 */
export async function beginRequest(redis: Redis, requestId: string): Promise<string | undefined> {
  const outcome = await begin.run(redis, [requestKey(requestId)], []);
  return typeof outcome === 'string' ? outcome : undefined;
}
