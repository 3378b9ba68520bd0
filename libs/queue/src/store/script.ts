import { RedisScript } from '../connect/run-script.js';
import { AUDIT_FIELD, AUDIT_STREAM_LENGTH } from '../reply/audit-stream.js';
import { FRAMES_FIELD, REPLY_STREAM_LENGTH } from '../reply/frame-stream.js';
import { AUDIT_STREAM } from '../redis-keys.js';
import { SPENDING_FUNCTIONS } from '../spending/lua-spending.js';
import { JOB_BRANCHES, JOB_FUNCTIONS } from './lua-jobs.js';
import { REQUEST_BRANCHES, REQUEST_FUNCTIONS } from './lua-requests.js';

/**
 * One script for all that the mesh writes. Its arguments are operations, one behind the other, each its name and then a
 * number of arguments that the name implies; its answer is a list with one answer an operation. So one round trip carries
 * what a process has to do at that moment, and what belongs together happens together.
 *
 * An operation that fails leaves the others alone ('!' and the reason in its place). What a server refuses as a whole
 * (no master, no memory, no disk) it refuses before the first write, so then nothing was done and the script fails.
 */
export const storeScript = new RedisScript(`
local call = redis.call
local cursor = 0
local function arg() cursor = cursor + 1 return ARGV[cursor] end
local function num() cursor = cursor + 1 return tonumber(ARGV[cursor]) end
-- Whole numbers only; '%.0f' takes four times as long.
local function int(value) return string.format('%d', value) end
local clock
local function now()
  if not clock then
    local time = call('TIME')
    clock = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return clock
end
local beginRequest, beginStep

-- Pieces, joined once: every text that Lua makes on the way is hashed from end to end.
local function append(pieces, ...)
  if #pieces > 0 then pieces[#pieces + 1] = ',' end
  for _, piece in ipairs({ ... }) do pieces[#pieces + 1] = piece end
end
local function asList(pieces)
  table.insert(pieces, 1, '[')
  pieces[#pieces + 1] = ']'
  return table.concat(pieces)
end

local events = {}
local function addEvents(...) append(events, ...) end
local function writeEvents()
  if #events > 0 then call('XADD', '${AUDIT_STREAM}', 'MAXLEN', '~', ${AUDIT_STREAM_LENGTH}, '*', '${AUDIT_FIELD}', asList(events)) end
end

local streams, frames = {}, {}
local function addFrame(stream, ...)
  if not frames[stream] then
    frames[stream] = {}
    streams[#streams + 1] = stream
  end
  append(frames[stream], ...)
end
-- NOMKSTREAM: a gateway makes its stream and keeps it alive; writing must not revive the one of a dead gateway without an expiry.
local function writeFrames()
  for _, stream in ipairs(streams) do
    call('XADD', stream, 'NOMKSTREAM', 'MAXLEN', '~', ${REPLY_STREAM_LENGTH}, '*', '${FRAMES_FIELD}', asList(frames[stream]))
  end
end
${SPENDING_FUNCTIONS}${JOB_FUNCTIONS}
${REQUEST_FUNCTIONS}
-- A choice, and not a table of functions, which would be made anew at every call of the script.
local function perform(name)
  if name == 'nothing' then
    return 1
  elseif name == 'frame' then
    addFrame(arg(), arg())
    return 1
  elseif name == 'events' then
    addEvents(arg())
    return 1
${JOB_BRANCHES}${REQUEST_BRANCHES}
  end
  error('no such operation')
end
local answers = {}
while cursor < #ARGV do
  -- The number of its arguments comes with each, so that one that fails in the middle does not confuse the next.
  local count, name = num(), arg()
  local last = cursor + count
  local fine, answer = pcall(perform, name)
  if not fine then
    local reason = type(answer) == 'table' and answer.err or tostring(answer)
    for _, refusal in ipairs({ 'READONLY', 'NOREPLICAS', 'MASTERDOWN', 'OOM', 'MISCONF', 'LOADING' }) do
      local from = string.find(reason, refusal, 1, true)
      -- With the words behind it: what is one word alone Redis takes for no code, and puts ERR before it.
      if from then return redis.error_reply(string.sub(reason, from)) end
    end
    answer = '!' .. name .. ': ' .. reason
  end
  answers[#answers + 1] = answer
  cursor = last
end
writeFrames()
writeEvents()
writeQueues()
return answers
`);
