import { RedisScript } from '../connect/run-script.js';

/**
 * Keys of both scripts: facts and boxes by id, ids that wait or were rejected by their expiry, approved ids by theirs. All of
 * them are of one tenant and lie in one slot. What has expired leaves with the next change.
 */
const common = `
local facts, boxes, waiting, approved = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function drop(id)
  redis.call('HDEL', facts, id)
  redis.call('HDEL', boxes, id)
  redis.call('ZREM', waiting, id)
  redis.call('ZREM', approved, id)
end
local function sweep(now)
  for _, index in ipairs({ waiting, approved }) do
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now)) do drop(id) end
  end
end
local function keep(until_, now)
  for _, key in ipairs({ facts, boxes, waiting, approved }) do
    if redis.call('PTTL', key) < until_ - now then redis.call('PEXPIRE', key, until_ - now) end
  end
end
`;

/**
 * Offers an answer for review. One that waits already stays as it is and is counted; what was decided on stays decided. Where
 * too many wait, the one that would expire first gives way.
 * Arguments: now, id, facts, box, expiry, most. 1 where it waits now, 0 where something of that id stood there.
 */
export const offerScript = new RedisScript(`${common}
local now, id, fact, box, expiry, most = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
sweep(now)
local known = redis.call('HGET', facts, id)
if known then
  local entry = cjson.decode(known)
  if entry.state == 'pending' then
    entry.times = entry.times + 1
    redis.call('HSET', facts, id, cjson.encode(entry))
  end
  return 0
end
while redis.call('ZCARD', waiting) >= most do drop(redis.call('ZRANGE', waiting, 0, 0)[1]) end
redis.call('HSET', facts, id, fact)
redis.call('HSET', boxes, id, box)
redis.call('ZADD', waiting, expiry, id)
keep(expiry, now)
return 1
`);

/**
 * Decides on an answer. Arguments: now, id, state, key that decided, expiry, most approved ones, the box in place of the one
 * that is kept or "". "unknown", "full" where it cannot be approved beside the others, or "done".
 */
export const decideScript = new RedisScript(`${common}
local now, id, state, by, expiry, most, box = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
sweep(now)
local known = redis.call('HGET', facts, id)
if not known then return 'unknown' end
local entry = cjson.decode(known)
if state == 'approved' and entry.state ~= 'approved' and redis.call('ZCARD', approved) >= most then return 'full' end
entry.state, entry.decidedBy, entry.decidedAt, entry.expiresAt = state, by, now, expiry
if box ~= '' then
  redis.call('HSET', boxes, id, box)
  entry.edited = true
end
redis.call('HSET', facts, id, cjson.encode(entry))
redis.call('ZREM', waiting, id)
redis.call('ZREM', approved, id)
redis.call('ZADD', state == 'approved' and approved or waiting, expiry, id)
keep(expiry, now)
return 'done'
`);
