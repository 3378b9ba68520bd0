/**
 * Lua of requests and conversations. All keys of one operation lie in one partition, whose base comes first among its
 * arguments; what is released into a queue lies elsewhere, so on a cluster the caller adds it.
 */
export const REQUEST_FUNCTIONS = `
-- {outcome or '', human since or '', revision, last, box} and, where the request is still open, the run is the newest now.
function beginRequest(record, conversation, hop, run)
  local found = call('HMGET', record, 'tenant', 'outcome', 'epoch')
  if not found[1] then return { 'unknown', '', '', '', '' } end
  local state = call('HMGET', conversation, 'human', 'revision', 'last', 'box')
  if not found[2] then
    local epoch = hop * 1000 + math.min(run, 999)
    -- A first run has nobody to overtake; and that a request is in work is told once.
    if (run > 1 or hop == 0) and epoch > tonumber(found[3] or 0) then call('HSET', record, 'state', 'working', 'epoch', int(epoch)) end
  end
  return { found[2] or '', state[1] or '', state[2] or '', state[3] or '', state[4] or '' }
end

function beginStep(step, run)
  local record, conversation, hop = string.match(step, '([^\\n]*)\\n([^\\n]*)\\n(%d+)')
  return beginRequest(record, conversation, tonumber(hop), run)
end

-- A conversation that has this many messages open takes no more: nobody writes so much before an answer.
local MOST_IN_LANE = 100

local HELD = { 'held', 'jobBase', 'jobId', 'jobName', 'job', 'jobOpts', 'priority', 'laneNumber', 'cost', 'tenant', 'step' }

local function release(base, id, suffix, isSplit)
  local record = base .. 'req:' .. id
  local held = call('HMGET', record, unpack(HELD))
  call('ZREM', base .. 'due', id)
  if held[1] ~= '1' then return 0 end
  call('HDEL', record, 'held', 'jobBase', 'jobId', 'jobName', 'job', 'jobOpts')
  if isSplit then return 1 end
  return addJob({ base = held[2], id = held[3], name = held[4], data = held[5], opts = held[6], timestamp = int(now()), priority = held[7], flow = held[10], lane = tonumber(held[8]), cost = tonumber(held[9]), step = held[11] or '' })
end

-- What becomes of the request behind one that has ended: taken up at once, or by its id in 'due' where a caller must do it.
local function advance(base, suffix, windowMs, isSplit)
  local lane = call('LRANGE', base .. 'lane:' .. suffix, '0', '1')
  if not lane[1] then return '' end
  local first = call('HMGET', base .. 'req:' .. lane[1], 'held', 'acceptedAt')
  if first[1] ~= '1' then return '' end
  local burst = false
  if lane[2] and windowMs > 0 then
    local second = call('HMGET', base .. 'req:' .. lane[2], 'held', 'acceptedAt')
    burst = second[1] == '1' and tonumber(second[2]) - tonumber(first[2]) <= windowMs
  end
  if isSplit or burst then
    call('ZADD', base .. 'due', int(now() + 1000), lane[1])
    return lane[1]
  end
  release(base, lane[1], suffix, false)
  return ''
end

`;

/** The operations on requests, as branches of a choice by `name`. */
export const REQUEST_BRANCHES = `
  elseif name == 'accept' then
    -- {verdict, id of the request in work, whether a newer message may end that one}
    local base, id, suffix, tenant, conversation, lane, replyTo = arg(), arg(), arg(), arg(), arg(), arg(), arg()
    local acceptedAt, deadlineAt, trace, site, language, ttl, bytes, waitMs, isSplit, hold = arg(), arg(), arg(), arg(), arg(), arg(), arg(), num(), num(), arg()
    local job = readJob()
    local record, laneKey = base .. 'req:' .. id, base .. 'lane:' .. suffix
    if call('HSETNX', record, 'tenant', tenant) == 0 then return { 'repeat', '', '' } end
    call('HSET', record, 'state', 'accepted', 'conversationId', conversation, 'lane', lane, 'replyTo', replyTo,
      'acceptedAt', acceptedAt, 'deadlineAt', deadlineAt, 'traceparent', trace, 'siteVersion', site, 'bytes', bytes, 'language', language)
    if hold ~= '' then call('HSET', record, 'hold', hold) end
    call('PEXPIRE', record, ttl)
    call('ZADD', base .. 'pending', deadlineAt, id)
    call('HINCRBY', base .. 'usage', tenant, bytes)
    local ahead, length = false, call('RPUSH', laneKey, id)
    if length > MOST_IN_LANE then
      call('RPOP', laneKey)
      call('ZREM', base .. 'pending', id)
      call('HINCRBY', base .. 'usage', tenant, int(-tonumber(bytes)))
      call('DEL', record)
      return { 'full', '', '' }
    end
    if length > 1 then
      ahead = call('LINDEX', laneKey, '0')
      while ahead ~= id and call('EXISTS', base .. 'req:' .. ahead) == 0 do
        -- Past its retention without an end: no gateway ran for that long. Nobody will take it off any more.
        call('LPOP', laneKey)
        ahead = call('LINDEX', laneKey, '0')
      end
      if ahead == id then ahead = false end
    end
    call('PEXPIRE', laneKey, ttl)
    local human = call('HEXISTS', base .. 'conv:' .. suffix, 'human') == 1
    if human then return { 'human', '', '' } end
    if not ahead and waitMs == 0 and isSplit == 0 then
      addJob(job)
      return { 'queued', '', '' }
    end
    call('HSET', record, 'held', '1', 'jobBase', job.base, 'jobId', job.id, 'jobName', job.name, 'job', job.data, 'jobOpts', job.opts, 'priority', job.priority, 'laneNumber', job.lane, 'cost', job.cost, 'step', job.step)
    if not ahead then
      -- Where the queue lies elsewhere the caller adds the job at once; a sweep does it for one that dies before.
      call('ZADD', base .. 'due', int(now() + (waitMs > 0 and waitMs or 2000)), id)
      return { waitMs > 0 and 'held' or 'queued', '', '' }
    end
    return { 'held', ahead, call('HGET', base .. 'req:' .. ahead, 'interruptible') or '' }
  elseif name == 'finish' then
    -- Ends a request: the first writer of the newest run, once. {verdict, id of a request that the caller must take up, when it ended, where money may be held for it}
    -- 1 ended (or by this very writer before), 0 has an outcome, -1 the conversation changed, -2 a person has it, -3 overtaken.
    local base, id, suffix, epoch, writer, outcome, reply, replyTo, frame = arg(), arg(), arg(), num(), arg(), arg(), arg(), arg(), arg()
    local isSilent, windowMs, isSplit, revision, box, ttl, event = num(), num(), num(), arg(), arg(), arg(), arg()
    local jobBase, jobId, token = arg(), arg(), arg()
    local record, conversation = base .. 'req:' .. id, base .. 'conv:' .. suffix
    local function settle(verdict, next, endedAt, hold)
      if jobBase ~= '' then complete(jobBase, jobId, token, 0) end
      return { verdict, next or '', endedAt or '', hold or '' }
    end
    local found = call('HMGET', record, 'tenant', 'outcome', 'epoch', 'by', 'bytes', 'held', 'said', 'endedAt', 'hold')
    if not found[1] then
      call('ZREM', base .. 'pending', id)
      call('ZREM', base .. 'due', id)
      call('LREM', base .. 'lane:' .. suffix, '1', id)
      return settle(0)
    end
    if found[2] and found[4] == writer then return settle(1, '', found[8]) end
    if found[2] then return settle(0) end
    if epoch < tonumber(found[3] or 0) then return { -3, '' } end
    local state = call('HMGET', conversation, 'human', 'revision')
    if isSilent == 0 and state[1] then return { -2, '' } end
    if revision ~= '' then
      if tonumber(state[2] or 0) ~= tonumber(revision) then return { -1, '' } end
      call('HSET', conversation, 'revision', int(tonumber(revision) + 1), 'last', id, 'box', box)
      call('PEXPIRE', conversation, ttl)
    end
    call('HSET', record, 'state', 'done', 'outcome', outcome, 'reply', reply, 'by', writer, 'endedAt', int(now()))
    if found[6] then
      call('HDEL', record, 'held', 'job', 'jobOpts')
      call('ZREM', base .. 'due', id)
    end
    if found[7] then call('HDEL', record, 'said', 'interruptible') end
    call('ZREM', base .. 'pending', id)
    call('HINCRBY', base .. 'usage', found[1], int(-tonumber(found[5] or 0)))
    if event ~= '' then addEvents(event, int(now()), '}') end
    if replyTo ~= '' then addFrame(replyTo, frame, reply, '}') end
    for one = 1, num() do
      if isSplit == 1 then call('HSET', base .. 'deliveries', arg(), arg()) else addJob(readJob()) end
    end
    call('LREM', base .. 'lane:' .. suffix, '1', id)
    -- Money that waits for the expert; on a cluster it lies elsewhere, and the caller gives it back.
    if found[9] and isSplit == 0 then money().drop(found[9], id, 'q') end
    return settle(1, advance(base, suffix, windowMs, isSplit == 1), int(now()), found[9])
  elseif name == 'begin' then
    return beginRequest(arg(), arg(), num(), num())
  elseif name == 'mark' then
    -- Whether anybody still waits for this run's answer; where a newer message may end it, what the customer said is kept for then.
    local base, id, suffix, epoch, said, hold = arg(), arg(), arg(), num(), arg(), arg()
    local record = base .. 'req:' .. id
    local found = call('HMGET', record, 'tenant', 'outcome', 'epoch')
    if not found[1] then return 'gone' end
    if found[2] then return found[2] end
    if epoch < tonumber(found[3] or 0) then return 'overtaken' end
    if hold ~= '' then call('HSET', record, 'hold', hold) end
    if call('HEXISTS', base .. 'conv:' .. suffix, 'human') == 1 then return 'human' end
    if said ~= '' then call('HSET', record, 'interruptible', '1', 'said', said) end
    return 'open'
  elseif name == 'release' then
    return release(arg(), arg(), arg(), num() == 1)
  elseif name == 'carry' then
    -- A request that was held goes on in the words of a burst; those that it speaks for are marked, so that none is taken up.
    local base, id, suffix, data, count = arg(), arg(), arg(), arg(), num()
    local absorbed = {}
    for one = 1, count do absorbed[one] = arg() end
    if call('HGET', base .. 'req:' .. id, 'held') ~= '1' then return 0 end
    for _, other in ipairs(absorbed) do
      if call('HGET', base .. 'req:' .. other, 'held') == '1' then
        call('HSET', base .. 'req:' .. other, 'held', 'merged', 'into', id)
        call('ZADD', base .. 'due', int(now() + 1000), other)
      end
    end
    call('HSET', base .. 'req:' .. id, 'job', data)
    return 1
  elseif name == 'lane' then
    -- What is in a conversation's lane, in order: {id, held, accepted at, job, into}...
    local base, suffix = arg(), arg()
    local found = {}
    for place, id in ipairs(call('LRANGE', base .. 'lane:' .. suffix, '0', '99')) do
      local one = call('HMGET', base .. 'req:' .. id, 'held', 'acceptedAt', 'job', 'into')
      found[place] = { id, one[1] or '', one[2] or '', one[3] or '', one[4] or '' }
    end
    return found
  elseif name == 'human' then
    -- A person takes a conversation over, or gives it back; the open requests of it.
    local base, suffix, isOn, ttl = arg(), arg(), num(), num()
    local conversation = base .. 'conv:' .. suffix
    if isOn == 1 then
      call('HSETNX', conversation, 'human', int(now()))
      call('PEXPIRE', conversation, ttl)
    else
      call('HDEL', conversation, 'human')
    end
    return call('LRANGE', base .. 'lane:' .. suffix, '0', '-1')
  elseif name == 'claim' then
    -- A client's idempotency key: {'new'}, {'mismatch'}, or {'repeat', request, conversation, claimed at}.
    local key, id, conversation, at, ttl, count = arg(), arg(), arg(), arg(), num(), num()
    local prints = {}
    for one = 1, count do prints[one] = arg() end
    local found = call('HMGET', key, 'requestId', 'conversationId', 'at', 'fingerprint')
    if not found[1] then
      call('HSET', key, 'requestId', id, 'conversationId', conversation, 'at', at, 'fingerprint', prints[1])
      call('PEXPIRE', key, ttl)
      return { 'new' }
    end
    for _, print in ipairs(prints) do
      if print == found[4] then return { 'repeat', found[1], found[2], found[3] } end
    end
    return { 'mismatch' }
  elseif name == 'sweep' then
    -- {requests that are overdue, requests whose time to be taken up has come} of some partitions.
    local count, graceMs, limit = num(), num(), num()
    local overdue, due = {}, {}
    for one = 1, count do
      local base = arg()
      for _, id in ipairs(call('ZRANGEBYSCORE', base .. 'pending', '-inf', int(now() - graceMs), 'LIMIT', 0, limit)) do overdue[#overdue + 1] = id end
      for _, id in ipairs(call('ZRANGEBYSCORE', base .. 'due', '-inf', int(now()), 'LIMIT', 0, limit)) do due[#due + 1] = id end
    end
    return { overdue, due }
  elseif name == 'deliveries' then
    -- Deliveries that lie beside the requests of a partition, because their queue lies elsewhere: {id, job}...
    local base, limit = arg(), num()
    local found = {}
    local fields = call('HSCAN', base .. 'deliveries', 0, 'COUNT', limit)[2]
    for at = 1, #fields, 2 do found[#found + 1] = { fields[at], fields[at + 1] } end
    return found
  elseif name == 'delivered' then
    local base = arg()
    for one = 1, num() do call('HDEL', base .. 'deliveries', arg()) end
    return 1
  elseif name == 'forget' then
    -- Takes a request off the lists that a sweep reads: one that is past its retention, or was added to its queue.
    local base, id, isPending = arg(), arg(), num()
    if isPending == 1 then call('ZREM', base .. 'pending', id) end
    return call('ZREM', base .. 'due', id)
  elseif name == 'usage' then
    -- Bytes of the open requests of each tenant, over some partitions: tenant, bytes, tenant, bytes...
    local sums, flat = {}, {}
    for one = 1, num() do
      local fields = call('HGETALL', arg() .. 'usage')
      for at = 1, #fields, 2 do sums[fields[at]] = (sums[fields[at]] or 0) + tonumber(fields[at + 1]) end
    end
    for tenant, bytes in pairs(sums) do
      flat[#flat + 1] = tenant
      flat[#flat + 1] = bytes
    end
    return flat
`;
