import { RedisScript } from '../connect/run-script.js';

/** Bytes of an entry beside its name and its box, in Redis' own books. */
const ENTRY_OVERHEAD = 160;

/**
 * Keys of both scripts: the state of the tenant's knowledge, boxes by name, names by age, bytes in all. All of them are of
 * one tenant and lie in one slot.
 *
 * Keeps an answer, if the knowledge is still as it was when its question was looked up; the oldest give way.
 * Arguments: that state, name, box, now, time to live, most bytes. 1 where it was kept.
 */
export const keepScript = new RedisScript(`
local knowledge, boxes, ages, bytes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local state, name, box, now, ttl, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if (redis.call('GET', knowledge) or '') ~= state then return 0 end
local function drop(old)
  local size = redis.call('HSTRLEN', boxes, old)
  if size == 0 then return end
  redis.call('HDEL', boxes, old)
  redis.call('ZREM', ages, old)
  redis.call('DECRBY', bytes, size + #old + ${ENTRY_OVERHEAD})
end
for _, old in ipairs(redis.call('ZRANGEBYSCORE', ages, '-inf', now - ttl)) do drop(old) end
drop(name)
local size = #box + #name + ${ENTRY_OVERHEAD}
if size > most then return 0 end
while tonumber(redis.call('GET', bytes) or '0') + size > most do
  local oldest = redis.call('ZRANGE', ages, 0, 0)[1]
  if not oldest then break end
  drop(oldest)
end
redis.call('HSET', boxes, name, box)
redis.call('ZADD', ages, now, name)
redis.call('INCRBY', bytes, size)
for _, key in ipairs({ boxes, ages, bytes }) do redis.call('PEXPIRE', key, ttl) end
return 1
`);

/** The state of the knowledge, and the boxes of the names that are asked for, in their order. Arguments: names. */
export const findScript = new RedisScript(`
return { redis.call('GET', KEYS[1]) or '', unpack(redis.call('HMGET', KEYS[2], unpack(ARGV))) }
`);

/** The knowledge is another: nothing that was kept holds any more. Arguments: its new state, how long that is remembered in ms. */
export const forgetScript = new RedisScript(`
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
`);
