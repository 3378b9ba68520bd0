/** What a worker is told of a job that it takes; the first and `step` are asked for by name below. */
export const TAKEN_FIELDS = ['name', 'data', 'opts', 'timestamp', 'priority', 'delay', 'atm', 'stc', 'defa', 'stacktrace', 'step'] as const;

/**
 * Lua of the queues. Jobs lie as BullMQ 6.7 keeps them (a hash a job, `prioritized` by score, `active`, a lock each), so
 * that its workers, its tools and its takeover of lost jobs work on them. What is left out is its stream of events, which
 * nobody here reads, and the set of completed jobs: a job that is done is gone, and the request's record knows it. What is
 * added is the field \`step\`: the keys of the request that the job is a step of, and which step, with line breaks between.
 *
 * The order in which jobs wait is self-clocked fair queueing (Golestani 1994): a job's score is where it ends in virtual
 * time, which is where its tenant's one before it ends, or now, plus its cost; now is the score of the job that was taken
 * last. So a tenant's thousand jobs lie one behind the other, and another tenant's first job lies near the front. Within
 * a tenant a more urgent lane does not wait for a less urgent one. Scores start at 2^50: those that BullMQ gives to a job
 * that is tried again lie below.
 *
 * Each call of Redis from Lua costs it a microsecond or two, so there are as few as will do; and a number among its arguments
 * costs half of that, so they are texts.
 */
export const JOB_FUNCTIONS = `
local FAIR = 1125899906842624
local drained = {}
-- Queues that have something to take; and of each what its fair hash holds, where an operation asked, with what is to be written of it.
local awake, shares = {}, {}

local function wake(base) awake[base] = true end

local function sharesOf(base)
  local own = shares[base]
  if not own then
    own = { seen = {}, changed = {}, isChanged = false }
    shares[base] = own
  end
  return own
end

local function setShare(own, field, value)
  own.seen[field], own.changed[field], own.isChanged = value, value, true
end

local function scoreOf(base, flow, lane, cost)
  local own, mine = sharesOf(base), lane .. flow
  local wanted, missing = { 'now' }, {}
  for one = 0, lane do wanted[one + 2] = one .. flow end
  for _, field in ipairs(wanted) do if not own.seen[field] then missing[#missing + 1] = field end end
  if #missing > 0 then
    local found = call('HMGET', base .. 'fair', unpack(missing))
    for at, field in ipairs(missing) do own.seen[field] = tonumber(found[at] or 0) end
  end
  local finish = 0
  for _, field in ipairs(wanted) do finish = math.max(finish, own.seen[field]) end
  finish = finish + cost
  setShare(own, mine, finish)
  return FAIR + finish
end

local function addJob(job)
  call('HSET', job.base .. job.id, 'name', job.name, 'data', job.data, 'opts', job.opts, 'timestamp', job.timestamp, 'priority', job.priority, 'step', job.step)
  call('ZADD', job.base .. 'prioritized', int(scoreOf(job.base, job.flow, job.lane, job.cost)), job.id)
  wake(job.base)
  return 1
end

local function readJob()
  return { base = arg(), id = arg(), name = arg(), data = arg(), opts = arg(), timestamp = arg(), priority = arg(), flow = arg(), lane = num(), cost = num(), step = arg() }
end

local function complete(base, id, token, keepMs)
  local key = base .. id
  if call('GET', key .. ':lock') ~= token then
    -- Done before by the same run, where a reconnected client sent the command again; or lost to another worker.
    local isDone = call('EXISTS', key) == 0 or keepMs > 0 and call('HEXISTS', key, 'finishedOn') == 1
    return isDone and 0 or -1
  end
  call('LREM', base .. 'active', '-1', id)
  if keepMs > 0 then
    call('DEL', key .. ':lock')
    call('HSET', key, 'finishedOn', int(now()))
    call('PEXPIRE', key, int(keepMs))
  else
    call('DEL', key .. ':lock', key)
  end
  drained[base] = (drained[base] or 0) + 1
  return 1
end

local function promoteDelayed(base)
  local due = call('ZRANGEBYSCORE', base .. 'delayed', 0, int((now() + 1) * 4096 - 1), 'LIMIT', 0, 100)
  for _, id in ipairs(due) do
    call('ZREM', base .. 'delayed', id)
    call('HSET', base .. id, 'delay', '0')
    local priority = tonumber(call('HGET', base .. id, 'priority') or 0)
    if priority == 0 then
      call('LPUSH', base .. 'wait', id)
    else
      call('ZADD', base .. 'prioritized', int(priority * 4294967296 + call('INCR', base .. 'pc') % 4294967296), id)
    end
  end
end

-- {next delayed job in ms or -1, {id, which run of it, values of its fields, what beginning the request found}...}
local function take(base, worker, lockMs, count)
  local jobs = { -1 }
  if call('HEXISTS', base .. 'meta', 'paused') == 1 then return jobs end
  promoteDelayed(base)
  -- Jobs of lost workers, which BullMQ puts here, go first.
  local waiting = call('LLEN', base .. 'wait')
  local ids = {}
  while waiting > 0 and #ids < count do
    ids[#ids + 1] = call('RPOPLPUSH', base .. 'wait', base .. 'active')
    waiting = waiting - 1
  end
  if #ids < count then
    local popped = call('ZPOPMIN', base .. 'prioritized', count - #ids)
    local taken = {}
    for one = 1, #popped, 2 do
      ids[#ids + 1] = popped[one]
      taken[#taken + 1] = popped[one]
    end
    if #taken > 0 then call('LPUSH', base .. 'active', unpack(taken)) end
    local newest = tonumber(popped[#popped] or 0)
    if newest > FAIR then setShare(sharesOf(base), 'now', newest - FAIR) end
  end
  for _, id in ipairs(ids) do
    local key = base .. id
    local run = call('HINCRBY', key, 'ats', '1')
    local fields = call('HMGET', key, ${TAKEN_FIELDS.map((field) => `'${field}'`).join(', ')})
    if not fields[1] then
      call('DEL', key)
      call('LREM', base .. 'active', '1', id)
    else
      call('SET', key .. ':lock', worker .. ':' .. run, 'PX', lockMs)
      jobs[#jobs + 1] = { id, run, fields, (fields[${TAKEN_FIELDS.indexOf('step') + 1}] or '') ~= '' and beginStep(fields[${TAKEN_FIELDS.indexOf('step') + 1}], run) or false }
    end
  end
  if #ids == count then
    if waiting > 0 or call('EXISTS', base .. 'prioritized') > 0 then wake(base) end
  else
    local delayed = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
    if #delayed > 0 then jobs[1] = math.max(0, math.ceil(tonumber(delayed[2]) / 4096 - now())) end
  end
  return jobs
end

-- What several operations on a queue change is written once.
local function writeQueues()
  for base, count in pairs(drained) do call('INCRBY', base .. 'drained', int(count)) end
  for base, own in pairs(shares) do
    if own.isChanged then
      local fields = {}
      for field, value in pairs(own.changed) do
        fields[#fields + 1] = field
        fields[#fields + 1] = int(value)
      end
      call('HSET', base .. 'fair', unpack(fields))
    end
  end
  for base in pairs(awake) do call('ZADD', base .. 'marker', '0', '0') end
end
`;

/** The operations on jobs, as branches of a choice by `name`. */
export const JOB_BRANCHES = `
  elseif name == 'job' then
    local job = readJob()
    if call('EXISTS', job.base .. job.id) == 1 then return 0 end
    return addJob(job)
  elseif name == 'complete' then
    return complete(arg(), arg(), arg(), num())
  elseif name == 'alone' then
    -- How often a job was run alone, this time included.
    return call('HINCRBY', arg() .. arg(), 'alone', '1')
  elseif name == 'giveback' then
    -- A job that was taken and not begun goes back to where it was, ahead of all others.
    local base, id, token = arg(), arg(), arg()
    if call('GET', base .. id .. ':lock') ~= token then return 0 end
    call('DEL', base .. id .. ':lock')
    call('LREM', base .. 'active', '-1', id)
    call('HINCRBY', base .. id, 'ats', '-1')
    call('RPUSH', base .. 'wait', id)
    wake(base)
    return 1
  elseif name == 'reclaim' then
    -- What an earlier process of the same instance had in hand when it died is taken by the next, ahead of all others.
    local base, instance, own = arg(), arg(), arg()
    local count = 0
    for _, id in ipairs(call('LRANGE', base .. 'active', 0, -1)) do
      local lock = call('GET', base .. id .. ':lock')
      if lock and string.sub(lock, 1, #instance) == instance and string.sub(lock, 1, #own) ~= own then
        call('DEL', base .. id .. ':lock')
        call('SREM', base .. 'stalled', id)
        call('LREM', base .. 'active', '1', id)
        call('RPUSH', base .. 'wait', id)
        count = count + 1
      end
    end
    if count > 0 then wake(base) end
    return count
  elseif name == 'take' then
    return take(arg(), arg(), arg(), num())
  elseif name == 'hop' then
    -- Completes a job and adds the next one of its request, unless the request has ended or another run has overtaken this one.
    local base, id, token, record, epoch = arg(), arg(), arg(), arg(), num()
    local job = readJob()
    local found = call('HMGET', record, 'outcome', 'epoch')
    local done = complete(base, id, token, 0)
    if done < 0 then return done end
    if found[1] then return 2 end
    -- Done before by this very run: then the next step was added, and may be done by now.
    if done == 0 or epoch < tonumber(found[2] or 0) then return done == 0 and 1 or 3 end
    return addJob(job)
  elseif name == 'hophold' then
    -- As \`hop\`, with money held for the next job: {verdict, what is held}. Where a cap is in the way, 4, and nothing is done.
    local base, id, token, record, epoch = arg(), arg(), arg(), arg(), num()
    local job, hold = readJob(), money().read()
    local found = call('HMGET', record, 'outcome', 'epoch')
    local isNewest = epoch >= tonumber(found[2] or 0)
    local held
    if not found[1] and isNewest and call('GET', base .. id .. ':lock') == token then
      held = money().hold(hold, 'q')
      if held[1] == 0 then return { 4, held } end
      -- For whoever ends the request before a call is made for it.
      call('HSET', record, 'hold', hold.spend)
    end
    local done = complete(base, id, token, 0)
    if done < 0 then return { done } end
    if found[1] then return { 2 } end
    if done == 0 then return { 1, money().standing(hold, hold.most, false) } end
    if not isNewest then return { 3 } end
    addJob(job)
    return { 1, held }
  elseif name == 'jobhold' then
    -- Adds a job and holds money for it. One that was added before has its hold, or has come to its call by now.
    local job, hold = readJob(), money().read()
    if call('EXISTS', job.base .. job.id) == 1 then return money().standing(hold, hold.most, false) end
    local held = money().hold(hold, 'q')
    if held[1] == 1 then addJob(job) end
    return held
  elseif name == 'hold' then
    return money().hold(money().read(), 'q')
  elseif name == 'unhold' then
    return money().drop(arg(), arg(), 'q')
`;
